//! What a property's value measures: the open list of value types.

use std::borrow::Cow;
use std::fmt;

/// What the value of a [`Property`](crate::Property) measures, the `value-type` field.
///
/// The constants are those jKool knows; it accepts any other text.
///
/// ```
/// use jkool_model::{Property, ValueType};
///
/// let amount = Property::new("amount", 99.5).value_type(ValueType::CURRENCY_USD);
/// let queue = Property::new("depth", 7).value_type(ValueType::new("messages"));
/// assert_eq!(amount.get_value_type().unwrap().as_str(), "currency.usd");
/// assert_eq!(queue.get_value_type().unwrap().as_str(), "messages");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ValueType(Cow<'static, str>);

impl ValueType {
    /// A value type of any name.
    #[must_use]
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        ValueType(name.into())
    }

    /// The text that stands on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl From<&'static str> for ValueType {
    fn from(name: &'static str) -> Self {
        ValueType::new(name)
    }
}

impl From<String> for ValueType {
    fn from(name: String) -> Self {
        ValueType::new(name)
    }
}

/// Declares the known value types and the list of them.
macro_rules! known_value_types {
    ($( $name:ident = $text:literal, $doc:literal; )+) => {
        impl ValueType {
            $( #[doc = $doc] pub const $name: ValueType = ValueType(Cow::Borrowed($text)); )+

            /// Every value type jKool knows.
            pub const KNOWN: &'static [ValueType] = &[ $( ValueType::$name ),+ ];
        }
    };
}

known_value_types! {
    NONE = "none", "Nothing in particular.";
    TEMPERATURE_FAHRENHEIT = "temp.f", "A temperature in degrees Fahrenheit.";
    TEMPERATURE_CELSIUS = "temp.c", "A temperature in degrees Celsius.";
    RATE_PER_SECOND = "rate.sec", "A rate per second.";
    CURRENCY = "currency", "An amount of money.";
    CURRENCY_USD = "currency.usd", "An amount in US dollars.";
    CURRENCY_EUR = "currency.eur", "An amount in euros.";
    CURRENCY_UK = "currency.uk", "An amount in pounds sterling.";
    CRYPTO = "crypto", "An amount of a crypto-currency.";
    CRYPTO_BTC = "crypto.btc", "An amount in bitcoins.";
    CRYPTO_ETH = "crypto.eth", "An amount in ether.";
    CRYPTO_ETH_WEI = "crypto.eth.wei", "An amount in wei.";
    CRYPTO_EOS = "crypto.eos", "An amount in EOS.";
    CRYPTO_LTC = "crypto.ltc", "An amount in litecoins.";
    SIZE = "size", "A size.";
    SIZE_BYTE = "size.byte", "A size in bytes.";
    SIZE_KB = "size.kb", "A size in kilobytes.";
    SIZE_MB = "size.mb", "A size in megabytes.";
    SIZE_GB = "size.gb", "A size in gigabytes.";
    SIZE_TB = "size.tb", "A size in terabytes.";
    SIZE_METER = "size.meter", "A length in meters.";
    SIZE_KM = "size.km", "A length in kilometers.";
    SIZE_FOOT = "size.foot", "A length in feet.";
    SIZE_MILE = "size.mile", "A length in miles.";
    AGE = "age", "A span of time.";
    AGE_NSEC = "age.nsec", "A span of time in nanoseconds.";
    AGE_USEC = "age.usec", "A span of time in microseconds.";
    AGE_MSEC = "age.msec", "A span of time in milliseconds.";
    AGE_SEC = "age.sec", "A span of time in seconds.";
    AGE_MIN = "age.min", "A span of time in minutes.";
    AGE_HOUR = "age.hour", "A span of time in hours.";
    AGE_DAY = "age.day", "A span of time in days.";
    AGE_WEEK = "age.week", "A span of time in weeks.";
    AGE_MONTH = "age.month", "A span of time in months.";
    AGE_YEAR = "age.year", "A span of time in years.";
    TIMESTAMP = "timestamp", "A point in time.";
    SPEED_KMH = "speed.kmh", "A speed in kilometers per hour.";
    SPEED_MPH = "speed.mph", "A speed in miles per hour.";
    MASS_LB = "mass.lb", "A mass in pounds.";
    MASS_OZ = "mass.oz", "A mass in ounces.";
    MASS_G = "mass.g", "A mass in grams.";
    MASS_KG = "mass.kg", "A mass in kilograms.";
    ADDRESS = "addr", "An address.";
    ADDRESS_IP = "addr.ip", "An IP address.";
    ADDRESS_IP_V4 = "addr.ip.v4", "An IPv4 address.";
    ADDRESS_IP_V6 = "addr.ip.v6", "An IPv6 address.";
    COUNTER = "counter", "A number that only grows.";
    COUNTER_MSEC = "counter.msec", "A number of milliseconds that only grows.";
    GAUGE = "gauge", "A reading that goes up and down.";
    DERIVE = "derive", "A number whose change counts.";
    ABSOLUTE = "absolute", "A counter that starts over at each reading.";
    FLAG = "flag", "Yes or no.";
    PERCENT = "percent", "A share.";
    ID = "id", "An identifier.";
    GUID = "guid", "A globally unique identifier.";
}
