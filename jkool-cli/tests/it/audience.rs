//! Who subscribes to everything at a broker, also after it was restarted.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use jkool_client::{Mqtt, QualityOfService};
use tokio::runtime::Runtime;

use crate::command::DEADLINE;
use crate::mosquitto::Mosquitto;

pub(crate) struct Audience {
    /// Ends listening when it is dropped.
    _runtime: Runtime,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    heard: Mutex<Heard>,
    changed: Condvar,
}

#[derive(Default)]
struct Heard {
    subscriptions: usize,
    messages: Vec<(String, String)>,
}

impl Audience {
    /// Listens to all topics, from now on.
    pub(crate) fn of(mosquitto: &Mosquitto) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let mqtt = Mqtt::builder(format!("127.0.0.1:{}", mosquitto.open_port()))
            // Level 0: whoever writes acknowledgements into a broken connection reads no further.
            .qos(QualityOfService::AtMostOnce)
            .max_packet_bytes(16 << 20)
            .build()
            .unwrap();
        let shared: Arc<Shared> = Arc::default();
        runtime.spawn(listen(mqtt, Arc::clone(&shared)));
        let audience = Self {
            _runtime: runtime,
            shared,
        };
        audience.wait("a subscription", |heard| heard.subscriptions > 0);
        audience
    }

    /// Runs `restart`, and waits until the audience is back.
    pub(crate) fn through(&self, restart: impl FnOnce()) {
        let before = self.shared.heard.lock().unwrap().subscriptions;
        restart();
        self.wait("another subscription", |heard| heard.subscriptions > before);
    }

    /// Topics and bodies, once there are so many.
    pub(crate) fn messages(&self, count: usize) -> Vec<(String, String)> {
        self.wait("messages", |heard| heard.messages.len() >= count);
        self.shared.heard.lock().unwrap().messages.clone()
    }

    /// The bodies as JSON, once there are so many.
    pub(crate) fn bodies(&self, count: usize) -> Vec<serde_json::Value> {
        self.messages(count)
            .into_iter()
            .map(|(_, body)| serde_json::from_str(&body).unwrap())
            .collect()
    }

    fn wait(&self, what: &str, is_enough: impl Fn(&Heard) -> bool) {
        let heard = self.shared.heard.lock().unwrap();
        let (heard, late) = self
            .shared
            .changed
            .wait_timeout_while(heard, DEADLINE, |heard| !is_enough(heard))
            .unwrap();
        assert!(
            !late.timed_out(),
            "waited for {what}; {} messages arrived",
            heard.messages.len()
        );
    }
}

impl Shared {
    fn change(&self, change: impl FnOnce(&mut Heard)) {
        change(&mut self.heard.lock().unwrap());
        self.changed.notify_all();
    }
}

async fn listen(mqtt: Mqtt, shared: Arc<Shared>) {
    loop {
        if let Ok(mut subscription) = mqtt.subscribe("#").await {
            shared.change(|heard| heard.subscriptions += 1);
            while let Ok(publication) = subscription.next().await {
                let body = String::from_utf8(publication.body.to_vec()).unwrap();
                shared.change(|heard| heard.messages.push((publication.topic, body)));
            }
        }
        tokio::time::sleep(Duration::from_millis(5)).await; // poll: until the broker is back
    }
}
