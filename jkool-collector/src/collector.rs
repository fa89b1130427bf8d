//! A running collector.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::routes::Desk;
use crate::{CollectorBuilder, Received, Stats, TakeError};

/// A running collector. Dropping it closes the port and all connections at once; [`shutdown`](Self::shutdown) lets
/// the requests under way finish.
///
/// See the [crate documentation](crate) for an example.
#[derive(Debug)]
pub struct Collector {
    address: SocketAddr,
    is_secure: bool,
    desk: Arc<Desk>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl Collector {
    /// A builder with the defaults: plain HTTP on a free port of the loopback interface, everybody admitted.
    pub fn builder() -> CollectorBuilder {
        CollectorBuilder::new()
    }

    pub(crate) fn new(
        address: SocketAddr,
        is_secure: bool,
        desk: Arc<Desk>,
        stop: watch::Sender<bool>,
        serving: JoinHandle<()>,
    ) -> Self {
        Self {
            address,
            is_secure,
            desk,
            stop,
            serving,
        }
    }

    /// The address that is listened on, with the port that was chosen.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL for clients on this machine, such as `http://127.0.0.1:40123`.
    #[must_use]
    pub fn url(&self) -> String {
        let host = match self.address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
            ip => ip,
        };
        let scheme = if self.is_secure { "https" } else { "http" };
        format!("{scheme}://{}", SocketAddr::new(host, self.address.port()))
    }

    /// The latest entities in the order of their arrival, at most as many as
    /// [`keep`](CollectorBuilder::keep) says.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.desk.intake.latest()
    }

    /// Waits until this many entities have arrived since the start, but no longer than the time-out, and returns
    /// [`received`](Self::received): it is for the caller to see whether they suffice.
    pub async fn wait_for(&self, entities: u64, timeout: Duration) -> Vec<Received> {
        let _ = tokio::time::timeout(timeout, self.desk.intake.taken(entities)).await;
        self.received()
    }

    /// Takes a body that came by other means than HTTP, such as a message of a queue: it is read, checked, counted and
    /// kept like that of a request, whole or not at all. `source` says where it came from, such as a topic; it becomes
    /// the [`path`](Received::path), and means nothing else. Returns how many entities were in it.
    ///
    /// Nobody is asked for a token here.
    ///
    /// ```
    /// # use jkool_collector::Collector;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let collector = Collector::builder().start().await?;
    /// assert_eq!(collector.take(br#"{"operation":"a"}"#, "orders/new")?, 1);
    /// assert_eq!(collector.received()[0].path(), "orders/new");
    /// assert!(collector.take(b"no JSON", "orders/new").is_err());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// It is no valid entity, it is over the limit, or the output file does not take it.
    pub fn take(&self, body: &[u8], source: &str) -> Result<usize, TakeError> {
        self.desk.take(None, source, None, body)
    }

    /// What has been counted so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.desk.intake.stats()
    }

    /// Closes the port and the idle connections, lets requests under way finish within the deadline, cuts off the
    /// others, and returns the final counts.
    pub async fn shutdown(mut self, deadline: Duration) -> Stats {
        self.stop.send_replace(true);
        if tokio::time::timeout(deadline, &mut self.serving).await.is_err() {
            self.serving.abort();
        }
        self.stats()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
