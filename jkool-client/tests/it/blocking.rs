//! A transport that blocks the worker thread itself, as no transport may.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use jkool_client::transport::{Batch, Limits, Report, async_trait};
use jkool_client::{Connect, Endpoint, Transport, TransportError};

/// Blocks the worker thread in its first `send`, until the sender that was given out is dropped.
#[derive(Clone)]
pub(crate) struct Blocking {
    endpoint: Endpoint,
    released: Arc<Mutex<Receiver<()>>>,
}

impl Blocking {
    pub(crate) fn new() -> (Self, Sender<()>) {
        let (release, released) = channel();
        let blocking = Self {
            endpoint: Endpoint::named("blocking"),
            released: Arc::new(Mutex::new(released)),
        };
        (blocking, release)
    }
}

#[async_trait]
impl Connect for Blocking {
    async fn connect(&self) -> Result<Box<dyn Transport>, TransportError> {
        Ok(Box::new(self.clone()))
    }

    fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }
}

#[async_trait]
impl Transport for Blocking {
    async fn send(&self, _batch: Batch, _report: Report) -> Result<(), TransportError> {
        // An error is the release.
        let _ = self.released.lock().unwrap().recv();
        Ok(())
    }

    async fn check(&self) -> Result<(), TransportError> {
        Ok(())
    }

    async fn close(&self, _deadline: Instant) -> Result<(), TransportError> {
        Ok(())
    }

    fn limits(&self) -> Limits {
        Limits::default()
    }
}
