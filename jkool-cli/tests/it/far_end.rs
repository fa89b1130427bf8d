//! A collector that runs beside the command under test.

use jkool_collector::{Collector, CollectorBuilder, Received, Stats};
use tokio::runtime::Runtime;

use crate::command::{DEADLINE, TOKEN};

pub(crate) struct FarEnd {
    runtime: Runtime,
    collector: Collector,
}

impl FarEnd {
    /// One that admits only our token.
    pub(crate) fn start() -> Self {
        Self::with(Collector::builder().token(TOKEN))
    }

    pub(crate) fn with(builder: CollectorBuilder) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let collector = runtime.block_on(builder.start()).unwrap();
        Self { runtime, collector }
    }

    pub(crate) fn url(&self) -> String {
        self.collector.url()
    }

    pub(crate) fn port(&self) -> u16 {
        self.collector.address().port()
    }

    pub(crate) fn stats(&self) -> Stats {
        self.collector.stats()
    }

    /// What has arrived, once it is so many.
    pub(crate) fn received(&self, count: u64) -> Vec<Received> {
        let received = self.runtime.block_on(self.collector.wait_for(count, DEADLINE));
        assert_eq!(received.len() as u64, count);
        received
    }

    /// The one entity that arrived.
    pub(crate) fn only(&self) -> Received {
        let received = self.runtime.block_on(self.collector.wait_for(1, DEADLINE));
        assert_eq!(received.len(), 1, "{received:?}");
        received[0].clone()
    }

    /// The body of the one entity that arrived.
    pub(crate) fn body(&self) -> serde_json::Value {
        serde_json::from_str(self.only().body()).unwrap()
    }
}
