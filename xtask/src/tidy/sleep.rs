//! Tests do not sleep and hope: they poll with a deadline, or let tokio's paused clock jump.

use super::finding::Finding;
use super::source_file::SourceFile;

/// Mark the honest sleeps: the pause between two looks of a loop that has a deadline, and a far end that is slow
/// because the test is about that.
const MARKERS: &[&str] = &["// poll:", "// slow:"];

/// Looks for sleeps in test code. Where a file pauses tokio's clock, tokio's sleep takes no time and passes.
pub(crate) fn check(file: &SourceFile) -> Vec<Finding> {
    let paused = file.text().contains("start_paused = true") || file.text().contains("time::pause()");
    let mut findings = Vec::new();
    for ((line, code), text) in file.code_lines().zip(file.text().lines()) {
        let sleeps = code.contains("thread::sleep(") || code.contains("time::sleep(") && !paused;
        let marked = MARKERS.iter().any(|marker| text.contains(marker));
        if sleeps && file.is_test_line(line) && !marked {
            let message = "wait for what you want to see, with a deadline; `// poll: for what` marks the pause between two \
                           looks, `// slow: why` a far end that is slow on purpose";
            findings.push(Finding::on_line(file.path(), line, message));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        check(&SourceFile::new(path, text)).len()
    }

    #[test]
    fn a_sleep_in_a_test_is_found() {
        assert_eq!(count("a/tests/it/b.rs", "std::thread::sleep(TICK);\n"), 1);
        assert_eq!(count("a/tests/it/b.rs", "tokio::time::sleep(TICK).await;\n"), 1);
        assert_eq!(
            count(
                "a/tests/it/b.rs",
                "#[tokio::test(start_paused = true)]\nthread::sleep(TICK);\n"
            ),
            1
        );
        assert_eq!(
            count(
                "a/src/b.rs",
                "#[cfg(test)]\nmod tests {\n    fn a() { thread::sleep(TICK); }\n}\n"
            ),
            1
        );
    }

    #[test]
    fn polling_paused_time_and_product_code_pass() {
        assert_eq!(
            count(
                "a/tests/it/b.rs",
                "thread::sleep(TICK); // poll: until the file appears\n"
            ),
            0
        );
        assert_eq!(
            count(
                "a/tests/it/b.rs",
                "#[tokio::test(start_paused = true)]\ntime::sleep(TICK).await;\n"
            ),
            0
        );
        assert_eq!(count("a/src/b.rs", "tokio::time::sleep(TICK).await;\n"), 0);
    }
}
