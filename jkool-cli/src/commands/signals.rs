//! The signals that end the collector.

use anyhow::Context;

use crate::failure::Failure;

/// Ctrl-C and SIGTERM, watched since it was made.
#[cfg(unix)]
pub(crate) struct Told {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Told {
    pub(crate) fn to_end() -> Result<Self, Failure> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt()).context("cannot watch for Ctrl-C")?,
            terminate: signal(SignalKind::terminate()).context("cannot watch for SIGTERM")?,
        })
    }

    pub(crate) async fn wait(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Ctrl-C, watched since it was made.
#[cfg(windows)]
pub(crate) struct Told(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Told {
    pub(crate) fn to_end() -> Result<Self, Failure> {
        Ok(Self(
            tokio::signal::windows::ctrl_c().context("cannot watch for Ctrl-C")?,
        ))
    }

    pub(crate) async fn wait(&mut self) {
        self.0.recv().await;
    }
}
