//! A subscriber that notes what the broker passes on.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use rumqttc::{AsyncClient, Event, MqttOptions, Packet, QoS};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Spy {
    notes: Arc<Mutex<Vec<(String, Bytes)>>>,
    subscriptions: watch::Receiver<usize>,
    arrivals: watch::Receiver<usize>,
    task: JoinHandle<()>,
}

impl Spy {
    /// Listens to all topics, also after the broker was restarted.
    pub(crate) async fn listen(port: u16) -> Self {
        let mut options = MqttOptions::new("spy", "127.0.0.1", port);
        options.set_max_packet_size(usize::MAX, usize::MAX);
        let (client, mut event_loop) = AsyncClient::new(options, 10);
        let notes: Arc<Mutex<Vec<_>>> = Arc::default();
        let (subscribed, mut subscriptions) = watch::channel(0);
        let (arrived, arrivals) = watch::channel(0);
        let task = tokio::spawn({
            let notes = Arc::clone(&notes);
            async move {
                loop {
                    match event_loop.poll().await {
                        Ok(Event::Incoming(Packet::ConnAck(_))) => {
                            // Level 0, so that the broker holds nothing back for an acknowledgement of ours.
                            client.try_subscribe("#", QoS::AtMostOnce).unwrap();
                        }
                        Ok(Event::Incoming(Packet::SubAck(_))) => subscribed.send_modify(|count| *count += 1),
                        Ok(Event::Incoming(Packet::Publish(publish))) => {
                            notes.lock().unwrap().push((publish.topic, publish.payload));
                            arrived.send_modify(|count| *count += 1);
                        }
                        Ok(_) => {}
                        Err(_) => {
                            tokio::time::sleep(Duration::from_millis(5)).await; // poll: until the broker is back
                        }
                    }
                }
            }
        });
        timeout(PATIENCE, subscriptions.changed())
            .await
            .expect("the spy cannot subscribe")
            .unwrap();
        Self {
            notes,
            subscriptions,
            arrivals,
            task,
        }
    }

    /// Bodies in the order of arrival.
    pub(crate) fn bodies(&self) -> Vec<Bytes> {
        self.notes
            .lock()
            .unwrap()
            .iter()
            .map(|note| note.1.clone())
            .collect()
    }

    /// Topics in the order of arrival.
    pub(crate) fn topics(&self) -> Vec<String> {
        self.notes
            .lock()
            .unwrap()
            .iter()
            .map(|note| note.0.clone())
            .collect()
    }

    /// Waits until so many messages have arrived.
    pub(crate) async fn wait_for(&self, messages: usize) {
        let mut arrivals = self.arrivals.clone();
        let waiting = timeout(PATIENCE, arrivals.wait_for(|count| *count >= messages)).await;
        assert!(
            waiting.is_ok(),
            "of {messages} messages {} arrived",
            self.bodies().len()
        );
    }

    /// Runs `restart`, and waits until the spy is back.
    pub(crate) async fn through(&self, restart: impl FnOnce()) {
        let mut subscriptions = self.subscriptions.clone();
        let before = *subscriptions.borrow_and_update();
        restart();
        timeout(PATIENCE, subscriptions.wait_for(|count| *count > before))
            .await
            .expect("the spy does not come back")
            .unwrap();
    }
}

impl Drop for Spy {
    fn drop(&mut self) {
        self.task.abort();
    }
}
