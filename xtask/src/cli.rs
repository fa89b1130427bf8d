//! The command line of `cargo xtask`.

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::mosquitto::Broker;
use crate::step::Step;
use crate::workspace::Workspace;
use crate::{bench, ci, clippy, codegen, doc, features, fmt, fuzz, layers, licences, loom, msrv, test, tidy};

/// Development tasks of this workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_version_flag = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Run every check, in the order of their cost; stop at the first that fails
    Ci,
    /// Run all tests: units, integration, documentation examples
    Test {
        /// Passed on to `cargo test`, for example a test's name
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Check the formatting
    Fmt,
    /// Check the house rules that no other tool checks
    Tidy,
    /// Check that crates depend on each other only as the architecture allows
    Layers,
    /// Check licences, banned crates and sources of all dependencies against deny.toml
    Licences,
    /// Check that every dependency builds with this workspace's oldest Rust
    Msrv,
    /// Write the generated parts of the documents
    Codegen {
        /// Write nothing; fail if a part is out of date
        #[arg(long)]
        check: bool,
    },
    /// Run clippy on every target with every feature
    Clippy,
    /// Run clippy on each crate with each set of its features
    Features,
    /// Build the documentation without a warning
    Doc,
    /// Try the threads around the queue in all orders with few preemptions
    Loom,
    /// Run the benchmarks
    Bench {
        /// One bench target instead of all
        name: Option<String>,
    },
    /// Run one fuzz target (needs nightly Rust and cargo-fuzz)
    Fuzz {
        /// Name of the target
        target: String,
        /// How long to run
        #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
        seconds: u32,
    },
}

impl Cli {
    /// Runs the chosen task.
    ///
    /// # Errors
    /// The first step that failed.
    pub(crate) fn run(self) -> Result<()> {
        let workspace = Workspace::open()?;
        let step = |step: &Step| step.run(&workspace).map(drop);
        match self.task {
            Task::Ci => ci::run(&workspace),
            Task::Test { args } => test::run_with(&workspace, &args, Broker::Optional),
            Task::Fmt => step(&fmt::STEP),
            Task::Tidy => step(&tidy::STEP),
            Task::Layers => step(&layers::STEP),
            Task::Licences => step(&licences::STEP),
            Task::Msrv => step(&msrv::STEP),
            Task::Codegen { check: true } => step(&codegen::STEP),
            Task::Codegen { check: false } => codegen::write(&workspace),
            Task::Clippy => step(&clippy::STEP),
            Task::Features => step(&features::STEP),
            Task::Doc => step(&doc::STEP),
            Task::Loom => step(&loom::STEP),
            Task::Bench { name } => bench::run(&workspace, name.as_deref()),
            Task::Fuzz { target, seconds } => fuzz::run(&workspace, &target, seconds),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn test_arguments_reach_cargo_unchanged() {
        let cli = Cli::try_parse_from(["xtask", "test", "-p", "jkool-model", "--", "--ignored"]).unwrap();
        let Task::Test { args } = cli.task else {
            panic!("parsed as {:?}", cli.task)
        };
        assert_eq!(args, ["-p", "jkool-model", "--", "--ignored"]);
    }

    #[test]
    fn every_step_of_ci_is_a_task_of_the_same_name() {
        for step in ci::STEPS {
            let found = Cli::command().find_subcommand(step.name).is_some();
            assert!(found, "no task is called {}", step.name);
        }
    }
}
