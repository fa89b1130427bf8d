//! A check with a name: a headline, the work, the seconds it took, and the command that runs it again.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::console;
use crate::workspace::Workspace;

/// One check, which is also the task `cargo xtask NAME`.
#[derive(Debug)]
pub(crate) struct Step {
    /// The task's name on the command line.
    pub(crate) name: &'static str,
    /// What is checked, in a few words.
    pub(crate) about: &'static str,
    /// What to type to run it again after a failure.
    pub(crate) command: &'static str,
    /// The work.
    pub(crate) work: fn(&Workspace) -> Result<()>,
}

impl Step {
    /// Runs the check and says how it went.
    ///
    /// # Errors
    /// The check failed; the message holds the command to run it again.
    pub(crate) fn run(&self, workspace: &Workspace) -> Result<Duration> {
        console::headline(self.name, self.about);
        let started = Instant::now();
        (self.work)(workspace).with_context(|| {
            let took = console::seconds(started.elapsed());
            format!(
                "{} failed after {took}; run it again with: {}",
                self.name, self.command
            )
        })?;
        let took = started.elapsed();
        console::passed(self.name, took);
        Ok(took)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_step_its_cause_and_the_command() {
        let step = Step {
            name: "fmt",
            about: "formatting",
            command: "cargo xtask fmt",
            work: |_| anyhow::bail!("two files differ"),
        };
        let error = step.run(&Workspace::open().unwrap()).unwrap_err();
        assert!(error.to_string().starts_with("fmt failed after "), "{error}");
        assert!(
            error
                .to_string()
                .ends_with("; run it again with: cargo xtask fmt"),
            "{error}"
        );
        assert_eq!(error.root_cause().to_string(), "two files differ");
    }
}
