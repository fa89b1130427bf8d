//! A cargo command: how it is run, and how it is shown so that a person can run it again.

use std::ffi::OsStr;
use std::fmt;
use std::io::{BufRead, BufReader, IsTerminal};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use xshell::{Cmd, Shell, cmd};

/// A cargo command to run in the workspace's root folder.
#[derive(Debug, Default)]
pub(crate) struct Cargo {
    args: Vec<String>,
    env: Vec<(&'static str, String)>,
    on_nightly: bool,
}

impl Cargo {
    /// The subcommand `name`, for example `clippy`.
    pub(crate) fn new(name: &str) -> Self {
        Self::default().arg(name)
    }

    /// A subcommand that prints only what is wrong; at a terminal it also shows its progress.
    pub(crate) fn check(name: &str) -> Self {
        let cargo = Self::new(name);
        if std::io::stderr().is_terminal() {
            cargo
        } else {
            cargo.arg("--quiet")
        }
    }

    /// Adds one argument.
    pub(crate) fn arg(mut self, arg: &str) -> Self {
        self.args.push(arg.to_owned());
        self
    }

    /// Adds several arguments.
    pub(crate) fn args<S: AsRef<str>>(self, args: impl IntoIterator<Item = S>) -> Self {
        args.into_iter().fold(self, |cargo, arg| cargo.arg(arg.as_ref()))
    }

    /// Sets an environment variable for this command.
    pub(crate) fn env(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.env.push((name, value.into()));
        self
    }

    /// Uses the nightly toolchain.
    pub(crate) fn on_nightly(mut self) -> Self {
        self.on_nightly = true;
        self
    }

    /// Runs the command; its output goes where xtask's goes.
    ///
    /// # Errors
    /// The command cannot be started or ended with a failure; the message shows it in full.
    pub(crate) fn run(&self, shell: &Shell) -> Result<()> {
        if self.command(shell).run().is_err() {
            bail!("this command failed: {self}");
        }
        Ok(())
    }

    /// Runs the command and returns what it wrote to its standard output.
    ///
    /// # Errors
    /// As [`Cargo::run`].
    pub(crate) fn read(&self, shell: &Shell) -> Result<String> {
        match self.command(shell).read() {
            Ok(output) => Ok(output),
            Err(_) => bail!("this command failed: {self}"),
        }
    }

    /// Runs the command and hands each line of its standard output to `each_line`, as it comes.
    ///
    /// # Errors
    /// As [`Cargo::run`].
    pub(crate) fn run_by_line(&self, shell: &Shell, mut each_line: impl FnMut(&str)) -> Result<()> {
        let mut child = Command::from(self.command(shell))
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start cargo")?;
        let mut output = BufReader::new(child.stdout.take().context("cargo's output is not connected")?);
        let mut line = Vec::new();
        while output
            .read_until(b'\n', &mut line)
            .context("cannot read cargo's output")?
            > 0
        {
            each_line(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']));
            line.clear();
        }
        if !child.wait().context("cannot wait for cargo")?.success() {
            bail!("this command failed: {self}");
        }
        Ok(())
    }

    /// Runs the command unseen, and tells whether it succeeded.
    pub(crate) fn succeeds(&self, shell: &Shell) -> bool {
        self.command(shell).ignore_stdout().ignore_stderr().run().is_ok()
    }

    fn command<'a>(&self, shell: &'a Shell) -> Cmd<'a> {
        // `cargo run` names itself in CARGO: the same toolchain then does the work. Only rustup's own `cargo` knows `+nightly`.
        let cargo = if self.on_nightly {
            None
        } else {
            std::env::var_os("CARGO")
        };
        let cargo = cargo.unwrap_or_else(|| "cargo".into());
        let toolchain = self.on_nightly.then_some("+nightly");
        let mut command = cmd!(shell, "{cargo} {toolchain...}").args(&self.args).quiet();
        // What `cargo run` says about xtask itself must not reach the build scripts of others: some (ring's) are run
        // again whenever such a variable changes, and with them all that stands on them.
        for (name, _) in std::env::vars_os().filter(|(name, _)| is_about_xtask(name)) {
            command = command.env_remove(name);
        }
        for (name, value) in &self.env {
            command = command.env(name, value);
        }
        command
    }
}

impl fmt::Display for Cargo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.env {
            write!(f, "{name}={} ", Quoted(value))?;
        }
        f.write_str(if self.on_nightly {
            "cargo +nightly"
        } else {
            "cargo"
        })?;
        self.args.iter().try_for_each(|arg| write!(f, " {}", Quoted(arg)))
    }
}

fn is_about_xtask(variable: &OsStr) -> bool {
    variable
        .to_str()
        .is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"))
}

/// Text as a shell takes it.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |c: char| c.is_alphanumeric() || "-_=+./,:@".contains(c);
        if !self.0.is_empty() && self.0.chars().all(plain) {
            f.write_str(self.0)
        } else {
            write!(f, "'{}'", self.0.replace('\'', r"'\''"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_a_person_would_type_it() {
        let cargo = Cargo::new("doc")
            .args(["--features", "a b"])
            .env("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(
            cargo.to_string(),
            "RUSTDOCFLAGS='-D warnings' cargo doc --features 'a b'"
        );
        assert_eq!(Cargo::new("fuzz").on_nightly().to_string(), "cargo +nightly fuzz");
    }

    #[test]
    fn success_and_failure_are_told_apart() {
        let shell = Shell::new().unwrap();
        assert!(Cargo::new("--version").succeeds(&shell));
        assert!(!Cargo::new("no-such-subcommand").succeeds(&shell));
    }

    #[test]
    fn what_cargo_says_of_xtask_is_kept_from_other_builds() {
        assert!(
            is_about_xtask(OsStr::new("CARGO_PKG_NAME")) && is_about_xtask(OsStr::new("CARGO_MANIFEST_DIR"))
        );
        assert!(!is_about_xtask(OsStr::new("CARGO_TARGET_DIR")) && !is_about_xtask(OsStr::new("CARGO")));
    }

    #[test]
    fn output_arrives_line_by_line() {
        let mut lines = Vec::new();
        let listing = Cargo::new("--version").arg("--verbose");
        listing
            .run_by_line(&Shell::new().unwrap(), |line| lines.push(line.to_owned()))
            .unwrap();
        assert!(
            lines.iter().any(|line| line.starts_with("release: ")),
            "{lines:?}"
        );
    }
}
