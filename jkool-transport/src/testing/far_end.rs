//! The harness that the conformance suite drives.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;

use crate::Connect;

/// A real far end under the control of a test: a server on a loopback socket, or a broker.
#[async_trait]
pub trait FarEnd: Send + Sync {
    /// What connects to this far end.
    fn connect(&self) -> Arc<dyn Connect>;

    /// The bodies received so far, in the order of arrival.
    async fn received(&self) -> Vec<Bytes>;

    /// The next `records` records that arrive are refused, each by itself. Only called if [`can_refuse`](Self::can_refuse).
    async fn refuse_next(&self, records: usize);

    /// While dark, nothing is answered: connections break, hang or are refused. Not dark again, all works as before.
    async fn go_dark(&self, dark: bool);

    /// Whether the protocol lets the far end refuse one record. MQTT 3.1.1 does not.
    fn can_refuse(&self) -> bool {
        true
    }

    /// Whether the far end confirms what it took. MQTT at quality of service 0 does not.
    fn confirms(&self) -> bool {
        true
    }
}
