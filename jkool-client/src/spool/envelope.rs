//! One record as the bytes of a redb value: a checksum, a header, the channel, the body.
//!
//! ```text
//! crc32 u32 | version u8 = 1 | kind u8 | channel length u32 | channel | body        (little-endian)
//! ```
//! The checksum covers the record's key and everything after the checksum itself, so a value found under a wrong key
//! counts as damaged too. redb's own page checksums do not help here: they are read only when a file is repaired.

use std::sync::Arc;

use super::record::SpoolRecord;

/// Bytes in front of the channel.
pub(crate) const HEADER_BYTES: usize = 10;

const CHECKSUM_BYTES: usize = 4;
const VERSION: u8 = 1;

/// The value is not what was written under this key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Damaged;

/// A sound envelope, read in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Envelope<'a> {
    pub(crate) kind: u8,
    pub(crate) channel: &'a str,
    pub(crate) body: &'a [u8],
}

/// How long the envelope of `record` is, in bytes.
pub(crate) fn encoded_bytes(record: &SpoolRecord) -> usize {
    HEADER_BYTES + record.channel.len() + record.body.len()
}

/// Writes the envelope of `record` into `out`, which must be [`encoded_bytes`] long; a shorter or longer one is left
/// without a valid checksum, and reads as damaged.
pub(crate) fn encode(seq: u64, record: &SpoolRecord, out: &mut [u8]) {
    let channel_bytes = u32::try_from(record.channel.len()).unwrap_or(u32::MAX);
    let mut header = [0; HEADER_BYTES - CHECKSUM_BYTES];
    let [version, kind, length @ ..] = &mut header;
    *version = VERSION;
    *kind = record.kind;
    *length = channel_bytes.to_le_bytes();
    let Some((checksum, rest)) = out.split_first_chunk_mut::<CHECKSUM_BYTES>() else {
        return;
    };
    let parts = [&header[..], record.channel.as_bytes(), &record.body];
    let mut place = &mut *rest;
    for part in parts {
        let Some((here, after)) = place.split_at_mut_checked(part.len()) else {
            return;
        };
        here.copy_from_slice(part);
        place = after;
    }
    *checksum = checksum_of(seq, rest).to_le_bytes();
}

/// Reads the envelope stored under `seq`.
pub(crate) fn decode(seq: u64, value: &[u8]) -> Result<Envelope<'_>, Damaged> {
    let (checksum, rest) = value.split_first_chunk::<CHECKSUM_BYTES>().ok_or(Damaged)?;
    if u32::from_le_bytes(*checksum) != checksum_of(seq, rest) {
        return Err(Damaged);
    }
    let [VERSION, kind, l0, l1, l2, l3, texts @ ..] = rest else {
        return Err(Damaged);
    };
    let channel_bytes = u32::from_le_bytes([*l0, *l1, *l2, *l3]);
    let channel_bytes = usize::try_from(channel_bytes).map_err(|_| Damaged)?;
    let (channel, body) = texts.split_at_checked(channel_bytes).ok_or(Damaged)?;
    Ok(Envelope {
        kind: *kind,
        channel: std::str::from_utf8(channel).map_err(|_| Damaged)?,
        body,
    })
}

/// The channel as a shared string: the one given last, if it is the same, since neighbours mostly share a channel.
pub(crate) fn share_channel(channel: &str, last: &mut Option<Arc<str>>) -> Arc<str> {
    match last {
        Some(shared) if **shared == *channel => Arc::clone(shared),
        _ => {
            let shared: Arc<str> = Arc::from(channel);
            *last = Some(Arc::clone(&shared));
            shared
        }
    }
}

fn checksum_of(seq: u64, rest: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&seq.to_le_bytes());
    hasher.update(rest);
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> SpoolRecord {
        SpoolRecord::new(3, "orders", &b"{\"name\":\"PlaceOrder\"}"[..])
    }

    fn encoded(seq: u64, record: &SpoolRecord) -> Vec<u8> {
        let mut out = vec![0; encoded_bytes(record)];
        encode(seq, record, &mut out);
        out
    }

    #[test]
    fn an_envelope_reads_back() {
        for record in [sample(), SpoolRecord::new(0, "", &b""[..])] {
            let value = encoded(7, &record);
            let envelope = decode(7, &value).unwrap();
            assert_eq!(envelope.kind, record.kind);
            assert_eq!(envelope.channel, &*record.channel);
            assert_eq!(envelope.body, &record.body[..]);
        }
    }

    #[test]
    fn the_layout_is_fixed() {
        let value = encoded(1, &SpoolRecord::new(4, "ab", &b"c"[..]));
        assert_eq!(value[4..], [1, 4, 2, 0, 0, 0, b'a', b'b', b'c']);
        assert_eq!(value[..4], 0x8082_a9be_u32.to_le_bytes());
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_noticed() {
        let value = encoded(7, &sample());
        for byte in 0..value.len() {
            for bit in 0..8 {
                let mut flipped = value.clone();
                flipped[byte] ^= 1 << bit;
                assert_eq!(decode(7, &flipped), Err(Damaged), "bit {bit} of byte {byte}");
            }
            assert_eq!(decode(7, &value[..byte]), Err(Damaged), "cut at {byte}");
        }
    }

    #[test]
    fn a_value_under_a_wrong_key_is_damaged() {
        assert_eq!(decode(8, &encoded(7, &sample())), Err(Damaged));
    }

    #[test]
    fn neighbours_share_their_channel() {
        let mut last = None;
        let first = share_channel("orders", &mut last);
        assert!(Arc::ptr_eq(&first, &share_channel("orders", &mut last)));
        assert_eq!(&*share_channel("bills", &mut last), "bills");
    }
}
