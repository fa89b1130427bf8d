//! The sum of the closing lines of many test binaries.

use std::fmt;

/// How many tests passed, failed and were ignored.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TestTotal {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl TestTotal {
    /// Adds what a line of output reports, if it is the closing line of a test binary.
    pub(crate) fn add(&mut self, line: &str) {
        let Some((_, counts)) = line
            .split_once("test result: ")
            .and_then(|(_, result)| result.split_once(". "))
        else {
            return;
        };
        for count in counts.split("; ") {
            let Some((number, what)) = count.split_once(' ') else {
                continue;
            };
            let number = number.parse().unwrap_or(0);
            match what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.ignored += number,
                _ => {}
            }
        }
    }
}

impl fmt::Display for TestTotal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} passed, {} failed, {} skipped",
            self.passed, self.failed, self.ignored
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_added_up_and_others_are_not() {
        let mut total = TestTotal::default();
        total.add(
            "test result: ok. 67 passed; 0 failed; 2 ignored; 0 measured; 5 filtered out; finished in 0.02s",
        );
        total.add("test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.2s");
        total.add("test a::b ... ok");
        total.add("running 9 passed; 9 failed; 9 ignored");
        assert_eq!(total.to_string(), "70 passed, 1 failed, 2 skipped");
    }
}
