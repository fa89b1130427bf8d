//! A broker that does what a test says, packet by packet.

use std::time::Duration;

use jkool_transport_mqtt::{Mqtt, MqttBuilder};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) const CONNECT: u8 = 1;
pub(crate) const PUBLISH: u8 = 3;
pub(crate) const PUBREL: u8 = 6;
pub(crate) const PINGREQ: u8 = 12;
pub(crate) const DISCONNECT: u8 = 14;

pub(crate) struct ScriptedBroker {
    listener: TcpListener,
}

/// A client, as its broker sees it.
pub(crate) struct Guest {
    stream: TcpStream,
}

/// A packet, as it came: the first byte, and all behind the length.
#[derive(Debug)]
pub(crate) struct RawPacket {
    pub(crate) first: u8,
    pub(crate) rest: Vec<u8>,
}

impl ScriptedBroker {
    pub(crate) async fn start() -> Self {
        Self {
            listener: TcpListener::bind("127.0.0.1:0").await.unwrap(),
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("mqtt://{}", self.listener.local_addr().unwrap())
    }

    pub(crate) fn mqtt(&self) -> MqttBuilder {
        Mqtt::builder(self.url())
    }

    /// The next client, whatever it wants.
    pub(crate) async fn accept(&self) -> Guest {
        let (stream, _) = timeout(PATIENCE, self.listener.accept())
            .await
            .expect("nobody comes")
            .unwrap();
        stream.set_nodelay(true).unwrap();
        Guest { stream }
    }

    /// The next client, welcomed.
    pub(crate) async fn welcome(&self) -> Guest {
        let mut guest = self.accept().await;
        assert_eq!(guest.read().await.unwrap().kind(), CONNECT);
        guest.write(&[0x20, 2, 0, 0]).await;
        guest
    }

    /// Whether somebody comes within a short time.
    pub(crate) async fn is_visited(&self) -> bool {
        timeout(Duration::from_millis(100), self.listener.accept())
            .await
            .is_ok()
    }
}

impl Guest {
    /// The next packet; `None` once the client has closed the connection.
    pub(crate) async fn read(&mut self) -> Option<RawPacket> {
        let reading = async {
            let first = self.stream.read_u8().await.ok()?;
            let (mut length, mut shift) = (0, 0);
            loop {
                let byte = self.stream.read_u8().await.ok()?;
                length |= usize::from(byte & 0x7f) << shift;
                shift += 7;
                if byte & 0x80 == 0 {
                    break;
                }
            }
            let mut rest = vec![0; length];
            self.stream.read_exact(&mut rest).await.ok()?;
            Some(RawPacket { first, rest })
        };
        timeout(PATIENCE, reading).await.expect("no packet comes")
    }

    /// The next packet, which is a publish: its packet id and body.
    pub(crate) async fn read_publish(&mut self) -> (u16, String) {
        let packet = self.read().await.expect("the client has gone");
        assert_eq!(packet.kind(), PUBLISH, "{packet:?}");
        let topic_bytes = usize::from(u16::from_be_bytes([packet.rest[0], packet.rest[1]]));
        let mut rest = &packet.rest[2 + topic_bytes..];
        let mut packet_id = 0;
        if packet.first & 0b110 != 0 {
            packet_id = u16::from_be_bytes([rest[0], rest[1]]);
            rest = &rest[2..];
        }
        (packet_id, String::from_utf8(rest.to_vec()).unwrap())
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    /// PUBACK
    pub(crate) async fn acknowledge(&mut self, packet_id: u16) {
        self.answer(0x40, packet_id).await;
    }

    pub(crate) async fn answer(&mut self, first: u8, packet_id: u16) {
        let [high, low] = packet_id.to_be_bytes();
        self.write(&[first, 2, high, low]).await;
    }

    /// Whether the client sends nothing for a short time.
    pub(crate) async fn is_quiet(&mut self) -> bool {
        let mut byte = [0];
        timeout(Duration::from_millis(100), self.stream.peek(&mut byte))
            .await
            .is_err()
    }

    /// Waits until the client has closed the connection, and tells how many packets came before.
    pub(crate) async fn read_to_end(&mut self) -> usize {
        let mut packets = 0;
        while self.read().await.is_some() {
            packets += 1;
        }
        packets
    }
}

impl RawPacket {
    pub(crate) fn kind(&self) -> u8 {
        self.first >> 4
    }
}
