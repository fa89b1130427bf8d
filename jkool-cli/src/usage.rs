//! Arguments that were not understood, told in one line.

use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::failure::Failure;

/// Help and version are what was asked for; the rest is an error.
pub(crate) fn explain(error: &clap::Error) -> ExitCode {
    if error.use_stderr() && error.kind() != ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return Failure::usage(line(error)).report();
    }
    // Printing fails if the reader is gone, who then has had enough.
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// Clap's paragraphs, tips included, up to the usage.
fn line(error: &clap::Error) -> String {
    if let Some(word) = stray_word(error) {
        return format!(
            "unexpected {word:?} after the message; put quotes around a message of several words"
        );
    }
    let text = error.render().to_string();
    let text = text.split("\n\nUsage:").next().unwrap_or_default();
    let text = text.split("\n\nFor more information").next().unwrap_or_default();
    let text = text.strip_prefix("error: ").unwrap_or(text);
    let parts: Vec<&str> = text
        .lines()
        .map(str::trim)
        .map(|line| line.strip_prefix("tip: ").unwrap_or(line))
        .filter(|line| !line.is_empty())
        .collect();
    let line = parts.join("; ").replace(":; ", ": ");
    match error.kind() {
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => line,
        _ => line + "; see jkool --help",
    }
}

/// A word that came after the message, where clap expects a command at best.
fn stray_word(error: &clap::Error) -> Option<&str> {
    let (context, is_stray) = match error.kind() {
        ErrorKind::ArgumentConflict => (ContextKind::InvalidSubcommand, true),
        ErrorKind::UnknownArgument => (ContextKind::InvalidArg, false),
        _ => return None,
    };
    match error.get(context) {
        Some(ContextValue::String(word)) if is_stray || !word.starts_with('-') => Some(word),
        _ => None,
    }
}
