//! How surely a message arrives.

use std::fmt;

/// MQTT's quality of service: how surely a message arrives, and what a record's outcome means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum QualityOfService {
    /// Level 0: the broker confirms nothing. A record is [`Handed`] once it is written to the socket; what is under
    /// way when a connection breaks is lost. TNT4PY publishes this way.
    ///
    /// [`Handed`]: jkool_transport::Outcome::Handed
    AtMostOnce,
    /// Level 1, the default: a record is [`Delivered`] when the broker acknowledges it; one that was under way when a
    /// connection broke is sent again, and may arrive twice.
    ///
    /// [`Delivered`]: jkool_transport::Outcome::Delivered
    #[default]
    AtLeastOnce,
    /// Level 2: a record is [`Delivered`] when the broker completes the four-way handshake. Each connection starts
    /// without the packet ids of the one before, so over a broken connection this too is *at least once*; it costs
    /// one more round trip, and buys something only with brokers that demand it.
    ///
    /// [`Delivered`]: jkool_transport::Outcome::Delivered
    ExactlyOnce,
}

impl QualityOfService {
    /// The quality of service of a level as the protocol numbers them: 0, 1 or 2.
    pub fn from_level(level: u8) -> Option<Self> {
        match level {
            0 => Some(Self::AtMostOnce),
            1 => Some(Self::AtLeastOnce),
            2 => Some(Self::ExactlyOnce),
            _ => None,
        }
    }

    /// The level as the protocol numbers it: 0, 1 or 2.
    pub fn level(self) -> u8 {
        match self {
            Self::AtMostOnce => 0,
            Self::AtLeastOnce => 1,
            Self::ExactlyOnce => 2,
        }
    }

    /// Whether a publish carries a packet id, by which the broker confirms it.
    pub(crate) fn is_confirmed(self) -> bool {
        self != Self::AtMostOnce
    }

    pub(crate) fn to_rumqttc(self) -> rumqttc::QoS {
        match self {
            Self::AtMostOnce => rumqttc::QoS::AtMostOnce,
            Self::AtLeastOnce => rumqttc::QoS::AtLeastOnce,
            Self::ExactlyOnce => rumqttc::QoS::ExactlyOnce,
        }
    }
}

/// Shows the level: `0`, `1` or `2`.
impl fmt::Display for QualityOfService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.level())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_go_both_ways() {
        for level in 0..=2 {
            let quality = QualityOfService::from_level(level).unwrap();
            assert_eq!((quality.level(), quality.to_string()), (level, level.to_string()));
            assert_eq!(quality.to_rumqttc() as u8, level);
        }
        assert_eq!(QualityOfService::from_level(3), None);
    }
}
