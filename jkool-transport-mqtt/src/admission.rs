//! Which records can be published at all.

use std::sync::Arc;

use jkool_transport::{Refusal, RefusalKind};

use crate::{QualityOfService, topic};

/// Tells before a record is accepted whether it can ever be published: a publish with a bad topic, or one that is
/// too large, breaks the connection, and would break each following one.
#[derive(Clone, Debug)]
pub(crate) struct Admission {
    /// The topic of all records; `None` publishes each to its channel. Checked when the transport was built.
    pub(crate) topic: Option<Arc<str>>,
    pub(crate) quality: QualityOfService,
    pub(crate) max_packet_bytes: usize,
}

impl Admission {
    /// The topic that a record of this channel goes to.
    pub(crate) fn topic_of<'a>(&'a self, channel: &'a str) -> &'a str {
        self.topic.as_deref().unwrap_or(channel)
    }

    /// Checks topic and size of a record.
    pub(crate) fn check(&self, channel: &str, body_bytes: usize) -> Result<(), Refusal> {
        if self.topic.is_none()
            && let Some(fault) = topic::find_fault(channel)
        {
            return Err(Refusal::new(
                RefusalKind::BadTopic,
                format!(
                    "the channel {:?} cannot be an MQTT topic, since it {fault}; name a topic for all records, or \
                     rename the logger",
                    shortened(channel)
                ),
            ));
        }
        let packet_bytes = self.packet_bytes(self.topic_of(channel).len(), body_bytes);
        if packet_bytes > self.max_packet_bytes {
            return Err(Refusal::new(
                RefusalKind::TooLarge,
                format!(
                    "the MQTT packet would have {packet_bytes} bytes, more than max_packet_bytes ({})",
                    self.max_packet_bytes
                ),
            ));
        }
        Ok(())
    }

    /// The largest body that any record can have.
    pub(crate) fn max_record_bytes(&self) -> usize {
        let topic_bytes = self.topic.as_ref().map_or(1, |topic| topic.len());
        let overhead = self.packet_bytes(topic_bytes, self.max_packet_bytes) - self.max_packet_bytes;
        self.max_packet_bytes.saturating_sub(overhead)
    }

    /// The size of a PUBLISH packet (MQTT 3.1.1 §3.3): type, remaining length, topic with its length, packet id if
    /// there is a confirmation, body.
    fn packet_bytes(&self, topic_bytes: usize, body_bytes: usize) -> usize {
        let packet_id_bytes = if self.quality.is_confirmed() { 2 } else { 0 };
        let remaining = body_bytes
            .saturating_add(topic_bytes)
            .saturating_add(2 + packet_id_bytes);
        let length_bytes = match remaining {
            0..=127 => 1,
            128..=16_383 => 2,
            16_384..=2_097_151 => 3,
            _ => 4,
        };
        remaining.saturating_add(1 + length_bytes)
    }
}

/// The beginning of a text that may be too long to be shown.
fn shortened(text: &str) -> String {
    const SHOWN: usize = 60;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admission(topic: Option<&str>, quality: QualityOfService, max_packet_bytes: usize) -> Admission {
        Admission {
            topic: topic.map(Arc::from),
            quality,
            max_packet_bytes,
        }
    }

    #[test]
    fn counts_the_bytes_of_a_packet_as_the_wire_does() {
        for quality in [QualityOfService::AtMostOnce, QualityOfService::AtLeastOnce] {
            let admission = admission(None, quality, usize::MAX);
            for topic_bytes in [1, 60, 200, 65_535] {
                for body_bytes in [0, 1, 120, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152] {
                    let mut publish = rumqttc::Publish::new(
                        "t".repeat(topic_bytes),
                        quality.to_rumqttc(),
                        vec![0; body_bytes],
                    );
                    publish.pkid = u16::from(quality.is_confirmed());
                    assert_eq!(
                        admission.packet_bytes(topic_bytes, body_bytes),
                        publish.size(),
                        "{quality:?} {topic_bytes} {body_bytes}"
                    );
                }
            }
        }
    }

    #[test]
    fn takes_a_packet_of_exactly_the_largest_size() {
        let admission = admission(Some("orders"), QualityOfService::AtLeastOnce, 1_024);
        let largest = admission.max_record_bytes();
        assert_eq!(admission.packet_bytes(6, largest), 1_024);
        admission.check("ignored/#", largest).unwrap();
        let refusal = admission.check("ignored/#", largest + 1).unwrap_err();
        assert_eq!(refusal.kind(), RefusalKind::TooLarge);
        assert_eq!(
            refusal.reason(),
            "the MQTT packet would have 1025 bytes, more than max_packet_bytes (1024)"
        );
    }

    #[test]
    fn a_bad_channel_is_told_and_cut_short() {
        let admission = admission(None, QualityOfService::AtMostOnce, 1_024);
        admission.check("orders", 10).unwrap();
        let refusal = admission.check(&"#".repeat(70_000), 10).unwrap_err();
        assert_eq!(refusal.kind(), RefusalKind::BadTopic);
        assert!(refusal.reason().len() < 300, "{}", refusal.reason());
        let refusal = admission.check("a#", 10).unwrap_err();
        assert!(
            refusal
                .reason()
                .contains(r#""a#" cannot be an MQTT topic, since it has '#' at byte 1"#),
            "{refusal}"
        );
    }
}
