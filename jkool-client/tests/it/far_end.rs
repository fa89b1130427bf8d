//! A collector, a client that sends to it over HTTP, and what arrived.

use jkool_client::{Client, ClientBuilder};
use jkool_collector::Collector;
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::PATIENCE;

/// A collector on a runtime of its own, for tests that have none.
pub(crate) struct FarEnd {
    collector: Collector,
    runtime: Runtime,
}

impl FarEnd {
    pub(crate) fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let collector = runtime
            .block_on(Collector::builder().keep(1_000_000).start())
            .unwrap();
        FarEnd { collector, runtime }
    }

    pub(crate) fn url(&self) -> String {
        self.collector.url()
    }

    pub(crate) fn builder(&self) -> ClientBuilder {
        Client::builder().http("token").url(self.url())
    }

    pub(crate) fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    /// Closes the client, and gives what arrived, as JSON, in order of arrival.
    pub(crate) fn close(self, client: &Client) -> Vec<Value> {
        client.close(PATIENCE).unwrap();
        let stats = client.stats();
        assert!(stats.is_balanced(), "{stats:?}");
        assert_eq!(self.collector.stats().invalid, 0, "{:?}", self.collector.stats());
        self.received(stats.delivered)
    }

    /// What arrived, once there is as much.
    pub(crate) fn received(&self, count: u64) -> Vec<Value> {
        let received = self.runtime.block_on(self.collector.wait_for(count, PATIENCE));
        received
            .iter()
            .map(|one| serde_json::from_str(one.body()).unwrap())
            .collect()
    }
}

/// The only entity whose field has this value.
pub(crate) fn only<'a>(bodies: &'a [Value], field: &str, value: &str) -> &'a Value {
    let found: Vec<_> = bodies.iter().filter(|body| body[field] == value).collect();
    assert_eq!(found.len(), 1, "{field} = {value} in {bodies:#?}");
    found[0]
}

/// The property of this name.
pub(crate) fn property<'a>(body: &'a Value, name: &str) -> &'a Value {
    body["properties"]
        .as_array()
        .and_then(|properties| properties.iter().find(|property| property["name"] == name))
        .unwrap_or(&Value::Null)
}
