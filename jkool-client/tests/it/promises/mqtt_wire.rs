//! As much of MQTT 3.1.1 as a far end in a test needs, byte by byte.

use std::io::{BufReader, Read, Result, Write};
use std::net::TcpStream;

pub(crate) const CONNECT: u8 = 1;
pub(crate) const PUBLISH: u8 = 3;
pub(crate) const SUBACK: u8 = 9;

/// CONNACK with this return code.
pub(crate) fn connack(code: u8) -> [u8; 4] {
    [0x20, 2, 0, code]
}

/// PUBACK
pub(crate) fn puback([high, low]: [u8; 2]) -> [u8; 4] {
    [0x40, 2, high, low]
}

/// One packet: its type, the flags beside it, and all behind its length.
pub(crate) struct Packet {
    pub(crate) kind: u8,
    flags: u8,
    rest: Vec<u8>,
}

impl Packet {
    pub(crate) fn read(input: &mut impl Read) -> Result<Self> {
        let mut byte = [0];
        input.read_exact(&mut byte)?;
        let first = byte[0];
        let (mut length, mut shift) = (0, 0);
        loop {
            input.read_exact(&mut byte)?;
            length |= usize::from(byte[0] & 0x7f) << shift;
            shift += 7;
            if byte[0] & 0x80 == 0 {
                break;
            }
        }
        let mut rest = vec![0; length];
        input.read_exact(&mut rest)?;
        Ok(Self {
            kind: first >> 4,
            flags: first & 0xf,
            rest,
        })
    }

    /// Of a publish: its packet id, if it wants an acknowledgement, and its body.
    pub(crate) fn publish(&self) -> (Option<[u8; 2]>, &[u8]) {
        let topic_bytes = usize::from(u16::from_be_bytes([self.rest[0], self.rest[1]]));
        let behind_topic = &self.rest[2 + topic_bytes..];
        if self.flags & 0b110 == 0 {
            (None, behind_topic)
        } else {
            (Some([behind_topic[0], behind_topic[1]]), &behind_topic[2..])
        }
    }
}

/// A subscriber to everything, at quality of service 0: the broker waits for no word of it.
pub(crate) struct Subscriber {
    input: BufReader<TcpStream>,
}

impl Subscriber {
    pub(crate) fn connect(port: u16) -> Result<Self> {
        let mut connection = TcpStream::connect(("127.0.0.1", port))?;
        // CONNECT: MQTT 3.1.1, clean session, no keepalive, client id "spy".
        connection.write_all(b"\x10\x0f\0\x04MQTT\x04\x02\0\0\0\x03spy")?;
        // SUBSCRIBE: packet id 1, "#", level 0.
        connection.write_all(b"\x82\x06\0\x01\0\x01#\0")?;
        let mut input = BufReader::with_capacity(1 << 20, connection);
        while Packet::read(&mut input)?.kind != SUBACK {}
        Ok(Self { input })
    }

    /// The body of the next message.
    pub(crate) fn next(&mut self) -> Result<Vec<u8>> {
        loop {
            let packet = Packet::read(&mut self.input)?;
            if packet.kind == PUBLISH {
                return Ok(packet.publish().1.to_vec());
            }
        }
    }
}
