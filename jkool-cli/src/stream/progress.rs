//! How far it is, on a terminal.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::output;

/// A bar on standard error, if that is a terminal; else nothing.
#[derive(Clone, Debug)]
pub(crate) struct Progress(Option<ProgressBar>);

impl Progress {
    /// A bar for so many bytes, or one without an end.
    pub(crate) fn new(total_bytes: Option<u64>) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self(None);
        }
        let (bar, template) = match total_bytes {
            Some(total) => (
                ProgressBar::new(total),
                "{percent:>3}% {wide_bar} {bytes}/{total_bytes}  {msg}  {eta} left",
            ),
            None => (ProgressBar::no_length(), "{spinner} {bytes}  {msg}  {elapsed}"),
        };
        bar.set_draw_target(ProgressDrawTarget::stderr());
        // The templates are constants; were one wrong, the default would do.
        let style = ProgressStyle::with_template(template)
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .progress_chars("=> ");
        bar.set_style(style);
        Self(Some(bar))
    }

    /// No bar, whatever standard error is.
    pub(crate) fn none() -> Self {
        Self(None)
    }

    /// Shows how far it is.
    pub(crate) fn show(&self, bytes: u64, through: u64, per_second: f64) {
        if let Some(bar) = &self.0 {
            bar.set_position(bytes);
            bar.set_message(format!("{through} events, {per_second:.0}/s"));
        }
    }

    /// Tells something above the bar.
    pub(crate) fn note(&self, text: &str) {
        match &self.0 {
            Some(bar) => bar.suspend(|| output::note(text)),
            None => output::note(text),
        }
    }

    /// Takes the bar away.
    pub(crate) fn clear(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
