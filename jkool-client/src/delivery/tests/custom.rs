//! A transport that sends as a function says.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use jkool_transport::{Batch, Connect, Endpoint, Limits, Report, Transport, TransportError, async_trait};

/// How one call of `send` goes on.
pub(super) type Sending = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Sends as a function says, which is given the number of the call. Its check panics, and its farewell hangs.
#[derive(Clone)]
pub(super) struct Custom {
    pub(super) calls: Arc<AtomicUsize>,
    endpoint: Endpoint,
    limits: Limits,
    send: fn(usize, Batch, Report) -> Sending,
}

impl Custom {
    pub(super) fn new(send: fn(usize, Batch, Report) -> Sending) -> Self {
        Self {
            calls: Arc::default(),
            endpoint: Endpoint::named("custom"),
            limits: Limits::default().batch(10, 1000).sends(4, 4),
            send,
        }
    }

    pub(super) fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }
}

#[async_trait]
impl Connect for Custom {
    async fn connect(&self) -> Result<Box<dyn Transport>, TransportError> {
        Ok(Box::new(self.clone()))
    }

    fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }
}

#[async_trait]
impl Transport for Custom {
    async fn send(&self, batch: Batch, report: Report) -> Result<(), TransportError> {
        (self.send)(self.calls.fetch_add(1, Ordering::Relaxed), batch, report).await;
        Ok(())
    }

    async fn check(&self) -> Result<(), TransportError> {
        panic!("a bug in the check")
    }

    async fn close(&self, _deadline: Instant) -> Result<(), TransportError> {
        std::future::pending().await
    }

    fn limits(&self) -> Limits {
        self.limits
    }
}
