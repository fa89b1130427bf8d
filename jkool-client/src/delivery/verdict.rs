//! What is done with a record after a try: the outcome table, a pure function.

use jkool_transport::{ErrorKind, Handling, Outcome, Refusal, TransportError};

/// What is done with a record after a try.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Done: the far end has confirmed it.
    Delivered,
    /// Done, as far as the protocol can tell.
    Handed,
    /// It is tried again after a wait.
    Retry {
        error: TransportError,
        is_in_doubt: bool,
    },
    /// It is kept, and so is everything else, until the trouble is mended.
    Hold {
        error: TransportError,
        is_in_doubt: bool,
    },
    /// It will never be taken.
    DeadLetter(Refusal),
}

/// The outcome table.
///
/// | outcome | error | verdict |
/// |---|---|---|
/// | `Delivered` | | delivered |
/// | `Handed` | | handed |
/// | `NotSent` | handled by a retry | retried |
/// | `Unknown` | handled by a retry | retried, and may make a duplicate |
/// | `NotSent`, `Unknown` | handled by a hold | everything is held |
/// | `Refused` | | dead letter |
pub(crate) fn verdict(outcome: Outcome) -> Verdict {
    match outcome {
        Outcome::Delivered => Verdict::Delivered,
        Outcome::Handed => Verdict::Handed,
        Outcome::NotSent(error) => of_failure(error, false),
        Outcome::Unknown(error) => of_failure(error, true),
        Outcome::Refused(refusal) => Verdict::DeadLetter(refusal),
        // A newer transport may know more outcomes; to try again loses nothing.
        _ => of_failure(
            TransportError::new(
                ErrorKind::Io,
                "the transport told an outcome that this client does not know",
            ),
            true,
        ),
    }
}

fn of_failure(error: TransportError, is_in_doubt: bool) -> Verdict {
    match error.kind().handling() {
        Handling::Retry => Verdict::Retry { error, is_in_doubt },
        Handling::Hold => Verdict::Hold { error, is_in_doubt },
    }
}

#[cfg(test)]
mod tests {
    use jkool_transport::RefusalKind;
    use rstest::rstest;

    use super::*;

    fn name(verdict: &Verdict) -> &'static str {
        match verdict {
            Verdict::Delivered => "delivered",
            Verdict::Handed => "handed",
            Verdict::Retry {
                is_in_doubt: false, ..
            } => "retry",
            Verdict::Retry {
                is_in_doubt: true, ..
            } => "retry in doubt",
            Verdict::Hold { .. } => "hold",
            Verdict::DeadLetter(_) => "dead letter",
        }
    }

    #[rstest]
    #[case(ErrorKind::Resolve, "retry")]
    #[case(ErrorKind::Connect, "retry")]
    #[case(ErrorKind::Timeout, "retry")]
    #[case(ErrorKind::Io, "retry")]
    #[case(ErrorKind::Busy, "retry")]
    #[case(ErrorKind::Closed, "retry")]
    #[case(ErrorKind::Tls, "hold")]
    #[case(ErrorKind::Proxy, "hold")]
    #[case(ErrorKind::Unauthorized, "hold")]
    #[case(ErrorKind::Misdirected, "hold")]
    #[case(ErrorKind::Config, "hold")]
    fn a_record_that_was_not_sent(#[case] kind: ErrorKind, #[case] expected: &str) {
        let error = TransportError::new(kind, "failed");
        assert_eq!(name(&verdict(Outcome::NotSent(error))), expected);
    }

    #[test]
    fn the_other_outcomes() {
        let error = |kind| TransportError::new(kind, "failed");
        assert_eq!(name(&verdict(Outcome::Delivered)), "delivered");
        assert_eq!(name(&verdict(Outcome::Handed)), "handed");
        assert_eq!(
            name(&verdict(Outcome::Unknown(error(ErrorKind::Io)))),
            "retry in doubt"
        );
        assert_eq!(
            name(&verdict(Outcome::Unknown(error(ErrorKind::Unauthorized)))),
            "hold"
        );
        let refusal = Refusal::new(RefusalKind::Invalid, "no name");
        assert_eq!(name(&verdict(Outcome::Refused(refusal))), "dead letter");
    }
}
