//! Units of the facade as value types of jKool.

use jkool_model::ValueType;
use metrics::Unit;

/// The value type that says the same; `None` for a plain count, which has no unit.
///
/// jKool knows one rate and none of bits: what is per second is `rate.sec`. A percentage stays as the program gives it,
/// while TNT4J's own `percent` values are shares between 0 and 1.
pub(super) fn value_type(unit: Unit) -> Option<ValueType> {
    match unit {
        Unit::Count => None,
        Unit::Percent => Some(ValueType::PERCENT),
        Unit::Seconds => Some(ValueType::AGE_SEC),
        Unit::Milliseconds => Some(ValueType::AGE_MSEC),
        Unit::Microseconds => Some(ValueType::AGE_USEC),
        Unit::Nanoseconds => Some(ValueType::AGE_NSEC),
        Unit::Tebibytes => Some(ValueType::SIZE_TB),
        Unit::Gibibytes => Some(ValueType::SIZE_GB),
        Unit::Mebibytes => Some(ValueType::SIZE_MB),
        Unit::Kibibytes => Some(ValueType::SIZE_KB),
        Unit::Bytes => Some(ValueType::SIZE_BYTE),
        Unit::TerabitsPerSecond
        | Unit::GigabitsPerSecond
        | Unit::MegabitsPerSecond
        | Unit::KilobitsPerSecond
        | Unit::BitsPerSecond
        | Unit::CountPerSecond => Some(ValueType::RATE_PER_SECOND),
    }
}
