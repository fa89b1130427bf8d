//! The suite that every transport passes.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use jkool_transport::Connect;
use jkool_transport::testing::{FarEnd, conformance};
use jkool_transport_http::{BodyFraming, HttpBuilder, PathMode};

use crate::certificates::Authority;
use crate::exchange::http;
use crate::server::Server;

struct HttpFarEnd {
    server: Server,
    builder: HttpBuilder,
}

#[async_trait]
impl FarEnd for HttpFarEnd {
    fn connect(&self) -> Arc<dyn Connect> {
        Arc::new(self.builder.clone().build().unwrap())
    }

    async fn received(&self) -> Vec<Bytes> {
        self.server.records()
    }

    async fn refuse_next(&self, records: usize) {
        self.server.refuse_next(records);
    }

    async fn go_dark(&self, dark: bool) {
        self.server.go_dark(dark);
    }
}

async fn run(server: Server, options: impl FnOnce(HttpBuilder) -> HttpBuilder) {
    let builder = options(http(&server.url()).timeout(Duration::from_secs(10)));
    conformance(&HttpFarEnd { server, builder }).await;
}

#[tokio::test]
async fn holds_for_single_records() {
    run(Server::plain([]).await, |http| http).await;
}

#[tokio::test]
async fn holds_for_ndjson() {
    run(Server::plain([]).await, |http| http.framing(BodyFraming::Ndjson)).await;
}

#[tokio::test]
async fn holds_with_every_option() {
    run(Server::plain([]).await, |http| {
        http.framing(BodyFraming::Ndjson)
            .path_mode(PathMode::Typed)
            .handshake(true)
            .identity_headers(false)
            .in_flight(1)
    })
    .await;
}

#[tokio::test]
async fn holds_over_tls() {
    let authority = Authority::new();
    let server = Server::tls(authority.identity("localhost").acceptor()).await;
    run(server, |http| http.tls(authority.trusted())).await;
}
