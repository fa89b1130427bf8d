//! The signals that end what would go on.

use anyhow::Context;

use crate::failure::Failure;

/// What was told to end it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// SIGTERM.
    #[cfg_attr(windows, expect(dead_code, reason = "there is no SIGTERM on Windows"))]
    Terminate,
}

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

    pub(crate) async fn wait(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.terminate.recv() => Signal::Terminate,
        }
    }
}

/// Lets a write beyond the limit on the size of files fail, as on a full disk, instead of ending the process.
#[cfg(unix)]
pub(crate) fn outlive_file_limits() -> Result<(), Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .context("cannot start")?;
    let _in_runtime = runtime.enter();
    // Whether anybody listens does not matter: what was installed here stays for the life of the process.
    drop(signal(SignalKind::from_raw(libc::SIGXFSZ)).context("cannot watch for SIGXFSZ")?);
    Ok(())
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

    pub(crate) async fn wait(&mut self) -> Signal {
        self.0.recv().await;
        Signal::Interrupt
    }
}
