//! A broker that does nothing but what a test says, on threads of its own.

use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use super::mqtt_wire::{CONNECT, PUBLISH, Packet, connack, puback};

/// A broker on a free port of the loopback interface.
pub(crate) struct ScriptedBroker {
    address: SocketAddr,
    visits: Arc<Mutex<Vec<Instant>>>,
    is_over: Arc<AtomicBool>,
}

impl ScriptedBroker {
    /// Serves each client with `serve`; an error, or the end, closes the connection.
    pub(crate) fn start(serve: impl Fn(TcpStream) -> std::io::Result<()> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let broker = Self {
            address: listener.local_addr().unwrap(),
            visits: Arc::default(),
            is_over: Arc::default(),
        };
        let (visits, is_over) = (Arc::clone(&broker.visits), Arc::clone(&broker.is_over));
        let serve = Arc::new(serve);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                if is_over.load(Ordering::Relaxed) {
                    return;
                }
                visits.lock().unwrap().push(Instant::now());
                let (client, serve) = (client.unwrap(), Arc::clone(&serve));
                std::thread::spawn(move || drop(serve(client)));
            }
        });
        broker
    }

    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    /// When clients came.
    pub(crate) fn visits(&self) -> Vec<Instant> {
        self.visits.lock().unwrap().clone()
    }
}

impl Drop for ScriptedBroker {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        // Wakes the thread that accepts.
        drop(TcpStream::connect(self.address));
    }
}

/// Acknowledges everything that `take` takes; breaks the connection on what it does not.
pub(crate) fn acknowledge(mut client: &TcpStream, take: impl Fn(&[u8]) -> bool) -> std::io::Result<()> {
    loop {
        let packet = Packet::read(&mut client)?;
        match packet.kind {
            CONNECT => client.write_all(&connack(0))?,
            PUBLISH => {
                let (packet_id, body) = packet.publish();
                if !take(body) {
                    return Ok(());
                }
                if let Some(packet_id) = packet_id {
                    client.write_all(&puback(packet_id))?;
                }
            }
            _ => {}
        }
    }
}
