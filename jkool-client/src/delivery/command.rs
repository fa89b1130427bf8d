//! What callers ask of the worker.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jkool_transport::{ErrorKind, TransportError};

use crate::completion::Completion;

/// What a caller asks of the worker, and where the answer goes.
#[derive(Debug)]
pub(crate) enum Command {
    /// Tell when everything accepted so far is settled.
    Flush(Arc<Completion<()>>),
    /// Settle what can be settled within the time, then end. The answer is how many records are left.
    Close {
        within: Duration,
        done: Arc<Completion<u64>>,
    },
    /// Connect anew: there is a new token.
    Renew,
    /// Check endpoint and token.
    Check(Arc<Completion<Result<(), TransportError>>>),
}

/// The commands on their way to the worker. Once the worker has ended, each is answered on the spot.
#[derive(Debug)]
pub(crate) struct Mailbox {
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    Open(Vec<Command>),
    Ended { left: u64 },
}

impl Mailbox {
    pub(crate) fn new() -> Self {
        Self {
            state: Mutex::new(State::Open(Vec::new())),
        }
    }

    /// Posts a command. The caller rings the bell of the queue.
    pub(crate) fn post(&self, command: Command) {
        let left = match &mut *self.lock() {
            State::Open(commands) => {
                commands.push(command);
                return;
            }
            State::Ended { left } => *left,
        };
        command.answer_ended(left);
    }

    /// Takes the commands that have come.
    pub(crate) fn take(&self) -> Vec<Command> {
        match &mut *self.lock() {
            State::Open(commands) => std::mem::take(commands),
            State::Ended { .. } => Vec::new(),
        }
    }

    /// The worker ends and leaves so many records undelivered.
    pub(crate) fn end(&self, left: u64) {
        let state = std::mem::replace(&mut *self.lock(), State::Ended { left });
        if let State::Open(commands) = state {
            for command in commands {
                command.answer_ended(left);
            }
        }
    }

    /// Whether the worker has ended.
    pub(crate) fn has_ended(&self) -> bool {
        matches!(*self.lock(), State::Ended { .. })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Command {
    fn answer_ended(self, left: u64) {
        match self {
            Self::Renew => {}
            Self::Flush(done) => done.complete(()),
            Self::Close { done, .. } => done.complete(left),
            Self::Check(done) => {
                done.complete(Err(TransportError::new(
                    ErrorKind::Closed,
                    "the client was closed",
                )));
            }
        }
    }
}
