//! A web service: each request is an activity, and what happens in it belongs to it.
//!
//! ```sh
//! jkool serve
//! JKOOL_TOKEN=any JKOOL_URL=http://127.0.0.1:6580 cargo run -p jkool-client --features tracing --example web_service
//! curl -X POST http://127.0.0.1:8080/orders/4711
//! ```

use std::error::Error;

use axum::Router;
use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::post;
use jkool_client::Client;
use tokio::net::TcpListener;
use tracing::{Instrument, Span, field, info, info_span, instrument, warn};
use tracing_subscriber::prelude::*;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::from_env()?;
    let _guard = client.guard();
    tracing_subscriber::registry().with(client.tracing_layer()).init();

    let listener = TcpListener::bind("127.0.0.1:8080").await?;
    info!(address = %listener.local_addr()?, "ready");
    axum::serve(listener, service())
        .with_graceful_shutdown(async {
            // Without the signal the service would only ever be killed.
            let _ = tokio::signal::ctrl_c().await;
        })
        .await?;
    Ok(())
}

/// The routes, each request in a span of its own.
pub(crate) fn service() -> Router {
    Router::new()
        .route("/orders/{number}", post(place_order))
        .layer(middleware::from_fn(trace_request))
}

/// Makes every request an activity. A caller that sends a correlator finds it in all of it.
async fn trace_request(request: Request, next: Next) -> Response {
    let span = info_span!(
        "request",
        method = %request.method(),
        path = request.uri().path(),
        status = field::Empty,
        error = field::Empty,
        jkool.corr_id = field::Empty,
    );
    if let Some(correlator) = request
        .headers()
        .get("x-correlator")
        .and_then(|value| value.to_str().ok())
    {
        span.record("jkool.corr_id", correlator);
    }
    let response = next.run(request).instrument(span.clone()).await;
    span.record("status", response.status().as_u16());
    if response.status().is_server_error() {
        span.record("error", "the request failed");
    }
    response
}

#[instrument]
async fn place_order(Path(number): Path<u64>) -> Result<String, StatusCode> {
    info!(number, "order received");
    charge(number)
        .await
        .map_err(|()| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(format!("order {number} placed\n"))
}

/// Declines every order that ends in 13.
#[instrument(fields(amount = 99.5))]
async fn charge(number: u64) -> Result<(), ()> {
    if number % 100 == 13 {
        Span::current().record("amount", 0.0);
        warn!(number, "card declined");
        return Err(());
    }
    info!(number, "card charged");
    Ok(())
}
