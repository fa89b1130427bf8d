//! Accepts connections and serves each on a task of its own.

use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::Extension;
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper::{Method, Request};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::quiet::{Answer, Answers, QuietIo};
use crate::routes::{Caller, Desk, routes, wants_no_answer};

/// How long to leave the listener alone when the process is out of file descriptors.
const PAUSE: Duration = Duration::from_millis(50);

/// How long a peer may go on sending after it was told that nothing more is read.
const LINGER: Duration = Duration::from_secs(2);

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
            is_cut_short: AtomicBool::new(false),
        });
        let service = TowerToHyperService::new(router.layer(Extension(Arc::clone(&caller))));
        let answers = Answers::default();
        let stream = TokioIo::new(QuietIo::new(stream, answers.clone()));
        let desk = Arc::clone(&self.desk);
        let service = service_fn(move |request: Request<Incoming>| {
            desk.intake.counters.requests.add(1);
            let muted = wants_no_answer(request.headers());
            let is_head = request.method() == Method::HEAD;
            let (answers, answer) = (answers.clone(), service.call(request));
            Box::pin(async move {
                let response = answer.await?;
                let whole = response.body().size_hint().exact().unwrap_or(u64::MAX);
                let body_bytes = if is_head { 0 } else { whole };
                answers.announce(Answer { muted, body_bytes });
                Ok::<_, Infallible>(response)
            })
        });
        let mut connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.idle_timeout)
            .half_close(true)
            .serve_connection(stream, service);
        let finished = tokio::select! {
            done = poll_fn(|context| connection.poll_without_shutdown(context)) => Some(done),
            () = told(&mut self.stop) => None,
        };
        let done = match finished {
            Some(done) => done,
            None => {
                Pin::new(&mut connection).graceful_shutdown();
                poll_fn(|context| connection.poll_without_shutdown(context)).await
            }
        };
        let mut stream = connection.into_parts().io.into_inner();
        let _ = stream.shutdown().await;
        if done.is_ok() && caller.is_cut_short.load(Ordering::Relaxed) {
            let _ = tokio::time::timeout(LINGER, drain(stream)).await;
        }
    }
}

/// Reads until the peer ends the connection. To close it with bytes unread would reset it, and the peer might lose the
/// answer that tells it why.
async fn drain(mut stream: impl AsyncRead + Unpin) -> io::Result<()> {
    let mut scrap = vec![0; 16 << 10];
    while stream.read(&mut scrap).await? > 0 {}
    Ok(())
}

/// Listens at `HOST:PORT`.
pub(crate) async fn listen(address: &str) -> io::Result<TcpListener> {
    TcpListener::bind(address).await
}

/// Waits until told to stop; a sender that is gone has nothing to tell any more.
async fn told(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}
