//! Accepts connections and serves each on a task of its own.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use axum::Router;
use axum::extract::Extension;
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper::{Method, Request};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::quiet::{Answer, Answers, QuietIo};
use crate::routes::{Caller, Desk, routes, wants_no_answer};

/// How long to leave the listener alone when the process is out of file descriptors.
const PAUSE: Duration = Duration::from_millis(50);

/// How a connection is served.
#[derive(Clone)]
pub(crate) struct Connections {
    pub(crate) desk: Arc<Desk>,
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) idle_timeout: Duration,
    pub(crate) stop: watch::Receiver<bool>,
}

impl Connections {
    /// Accepts until told to stop, then waits for the requests under way. Dropping the future cuts them off.
    pub(crate) async fn accept(self, listener: TcpListener) {
        let router = routes(Arc::clone(&self.desk));
        let mut stop = self.stop.clone();
        let mut open = JoinSet::new();
        loop {
            tokio::select! {
                biased;
                () = told(&mut stop) => break,
                Some(_) = open.join_next(), if !open.is_empty() => {}
                accepted = listener.accept() => match accepted {
                    Ok((stream, peer)) => {
                        open.spawn(self.clone().serve(stream, peer, router.clone()));
                    }
                    Err(_) => tokio::time::sleep(PAUSE).await,
                },
            }
        }
        drop(listener);
        while open.join_next().await.is_some() {}
    }

    async fn serve(self, stream: TcpStream, peer: SocketAddr, router: Router) {
        // Small answers must not wait for the acknowledgement of earlier ones.
        let _ = stream.set_nodelay(true);
        let Some(acceptor) = self.tls.clone() else {
            return self.serve_requests(stream, peer, router).await;
        };
        let handshake = tokio::time::timeout(self.desk.body_timeout, acceptor.accept(stream));
        if let Ok(Ok(stream)) = handshake.await {
            self.serve_requests(stream, peer, router).await;
        }
    }

    async fn serve_requests<S>(mut self, stream: S, peer: SocketAddr, router: Router)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        self.desk.intake.counters.connections.add(1);
        let caller = Arc::new(Caller {
            peer,
            is_admitted: AtomicBool::new(false),
        });
        let service = TowerToHyperService::new(router.layer(Extension(caller)));
        let answers = Answers::default();
        let stream = TokioIo::new(QuietIo::new(stream, answers.clone()));
        let desk = Arc::clone(&self.desk);
        let service = service_fn(move |request: Request<Incoming>| {
            desk.intake.counters.requests.add(1);
            let muted = wants_no_answer(request.headers());
            let is_head = request.method() == Method::HEAD;
            let (answers, answer) = (answers.clone(), service.call(request));
            async move {
                let response = answer.await?;
                let body_bytes = if is_head {
                    0
                } else {
                    response.body().size_hint().exact().unwrap_or(u64::MAX)
                };
                answers.announce(Answer { muted, body_bytes });
                Ok::<_, std::convert::Infallible>(response)
            }
        });
        let mut connection = pin!(
            http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(self.idle_timeout)
                .half_close(true)
                .serve_connection(stream, service)
        );
        tokio::select! {
            _ = connection.as_mut() => return,
            () = told(&mut self.stop) => connection.as_mut().graceful_shutdown(),
        }
        let _ = connection.await;
    }
}

/// Listens at `HOST:PORT`.
pub(crate) async fn listen(address: &str) -> io::Result<TcpListener> {
    TcpListener::bind(address).await
}

/// Waits until told to stop; a sender that is gone has nothing to tell any more.
async fn told(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}
