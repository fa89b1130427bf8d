//! The least an MQTT broker must do: greet, acknowledge, and tell what was published.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;

use serde_json::Value;

use crate::PATIENCE;

type Published = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

/// A broker for clients that publish with quality of service 0 or 1.
pub(crate) struct MqttBroker {
    address: String,
    published: Published,
}

impl MqttBroker {
    /// Starts on threads of its own, which end with the process.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("mqtt://{}", listener.local_addr().unwrap());
        let published = Published::default();
        let shared = Arc::clone(&published);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let published = Arc::clone(&shared);
                thread::spawn(move || serve(stream, &published));
            }
        });
        MqttBroker { address, published }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The topics and bodies that were published, once there are as many.
    pub(crate) fn published(&self, count: usize) -> Vec<(String, Value)> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let published = self.published.lock().unwrap();
            if published.len() >= count {
                let read = |(topic, body): &(String, Vec<u8>)| {
                    (topic.clone(), serde_json::from_slice(body).unwrap())
                };
                return published.iter().map(read).collect();
            }
            assert!(Instant::now() < deadline, "{} of {count} came", published.len());
            drop(published);
            thread::yield_now();
        }
    }
}

/// Reads packets until the client leaves.
fn serve(mut stream: TcpStream, published: &Published) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    loop {
        let mut first = [0];
        stream.read_exact(&mut first).ok()?;
        let (mut length, mut shift) = (0_usize, 0);
        loop {
            let mut byte = [0];
            stream.read_exact(&mut byte).ok()?;
            length |= usize::from(byte[0] & 0x7f) << shift;
            shift += 7;
            if byte[0] & 0x80 == 0 {
                break;
            }
        }
        let mut packet = vec![0; length];
        stream.read_exact(&mut packet).ok()?;
        match first[0] >> 4 {
            1 => stream.write_all(&[0x20, 2, 0, 0]).ok()?,
            3 => {
                let topic_end = 2 + usize::from(u16::from_be_bytes([packet[0], packet[1]]));
                let topic = String::from_utf8(packet[2..topic_end].to_vec()).ok()?;
                let is_acknowledged = first[0] & 0b110 != 0;
                let body = topic_end + if is_acknowledged { 2 } else { 0 };
                published.lock().unwrap().push((topic, packet[body..].to_vec()));
                if is_acknowledged {
                    let [high, low] = [packet[topic_end], packet[topic_end + 1]];
                    stream.write_all(&[0x40, 2, high, low]).ok()?;
                }
            }
            12 => stream.write_all(&[0xd0, 0]).ok()?,
            _ => {}
        }
    }
}
