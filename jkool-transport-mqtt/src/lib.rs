//! jkool-transport-mqtt.
