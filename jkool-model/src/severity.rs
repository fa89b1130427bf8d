//! How serious an event is, and what other loggers' levels mean in jKool.

use crate::wire_enum::wire_enum;

wire_enum! {
    /// The severity of an event, activity or snapshot; ordered from [`None`](Severity::None) to
    /// [`Halt`](Severity::Halt).
    ///
    /// Parsing ignores case and knows, besides the wire names, the usual names of other systems, which covers
    /// the levels of the crates `log` and `tracing`: `WARN`, `ERR`, `CRIT`, `ALERT` (a
    /// [`Fatal`](Severity::Fatal)), `EMERG` (a [`Halt`](Severity::Halt)), `OFF` and Python's `NOTSET` (both
    /// [`None`](Severity::None)).
    ///
    /// ```
    /// use jkool_model::Severity;
    ///
    /// assert_eq!("warn".parse(), Ok(Severity::Warning));
    /// assert!(Severity::Error > Severity::Warning);
    /// assert_eq!(Severity::Warning.to_string(), "WARNING");
    /// assert_eq!(Severity::Warning.ordinal(), 5);
    /// ```
    #[derive(Default)]
    pub enum Severity as "severity" {
        /// No severity.
        None = 0, "NONE";
        /// The finest detail.
        Trace = 1, "TRACE";
        /// For those who look for a fault.
        Debug = 2, "DEBUG";
        /// Normal work; the default.
        #[default]
        Info = 3, "INFO";
        /// Normal, but worth a look.
        Notice = 4, "NOTICE";
        /// Something may go wrong.
        Warning = 5, "WARNING";
        /// Something went wrong.
        Error = 6, "ERROR";
        /// A part failed.
        Failure = 7, "FAILURE";
        /// The whole is in danger.
        Critical = 8, "CRITICAL";
        /// The program cannot go on.
        Fatal = 9, "FATAL";
        /// The system cannot go on.
        Halt = 10, "HALT";
    }
    aliases {
        "WARN" => Warning, "ERR" => Error, "CRIT" => Critical, "ALERT" => Fatal, "EMERG" => Halt,
        "OFF" => None, "NOTSET" => None,
    }
}

impl Severity {
    /// The severity of a level number of Python's `logging`, rounded down to the nearest known level.
    ///
    /// 0 is [`None`](Severity::None), 1 to 9 [`Trace`](Severity::Trace), and from 10 on each ten is
    /// `Debug`, `Info`, `Warning`, `Error` and `Critical`.
    #[must_use]
    pub const fn from_python_level(level: u32) -> Self {
        match level {
            0 => Severity::None,
            1..=9 => Severity::Trace,
            10..=19 => Severity::Debug,
            20..=29 => Severity::Info,
            30..=39 => Severity::Warning,
            40..=49 => Severity::Error,
            _ => Severity::Critical,
        }
    }

    /// The severity of a level name of Python's `logging`, including the `Level 25` it prints for a number
    /// without a name; `None` for any other text.
    ///
    /// Python's `FATAL` is another name of its `CRITICAL`, and is taken as that.
    #[must_use]
    pub fn from_python_name(name: &str) -> Option<Self> {
        match name {
            "NOTSET" => Some(Severity::None),
            "DEBUG" => Some(Severity::Debug),
            "INFO" => Some(Severity::Info),
            "WARNING" | "WARN" => Some(Severity::Warning),
            "ERROR" => Some(Severity::Error),
            "CRITICAL" | "FATAL" => Some(Severity::Critical),
            _ => {
                let level: i64 = name.strip_prefix("Level ")?.parse().ok()?;
                Some(Self::from_python_level(
                    u32::try_from(level.max(0)).unwrap_or(u32::MAX),
                ))
            }
        }
    }

    /// The severity of a syslog number, from 0 (emergency) to 7 (debug); `None` above that.
    #[must_use]
    pub const fn from_syslog(number: u8) -> Option<Self> {
        match number {
            0 => Some(Severity::Halt),
            1 => Some(Severity::Fatal),
            2 => Some(Severity::Critical),
            3 => Some(Severity::Error),
            4 => Some(Severity::Warning),
            5 => Some(Severity::Notice),
            6 => Some(Severity::Info),
            7 => Some(Severity::Debug),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("NOTSET", Some(Severity::None))]
    #[case("Level 5", Some(Severity::Trace))]
    #[case("Level 25", Some(Severity::Info))]
    #[case("Level -3", Some(Severity::None))]
    #[case("Level 99999999999", Some(Severity::Critical))]
    #[case("FATAL", Some(Severity::Critical))]
    #[case("Level", None)]
    #[case("Level x", None)]
    #[case("info", None)]
    fn python_names(#[case] name: &str, #[case] severity: Option<Severity>) {
        assert_eq!(Severity::from_python_name(name), severity);
    }

    #[test]
    fn ordinals_texts_and_order_agree() {
        for (index, severity) in Severity::ALL.iter().enumerate() {
            assert_eq!(usize::from(severity.ordinal()), index);
            assert_eq!(Severity::from_ordinal(severity.ordinal()), Some(*severity));
            assert_eq!(severity.as_str().to_lowercase().parse(), Ok(*severity));
        }
        assert!(Severity::ALL.is_sorted());
        assert_eq!(Severity::from_ordinal(11), None);
        assert_eq!(Severity::from_syslog(8), None);
    }

    #[test]
    fn an_unknown_name_lists_the_legal_ones() {
        let error = "loud".parse::<Severity>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown severity \"loud\"; expected one of NONE, TRACE, DEBUG, INFO, NOTICE, WARNING, ERROR, \
             FAILURE, CRITICAL, FATAL, HALT"
        );
    }
}
