//! The link to the far end, and the making of it.

use std::sync::Arc;

use jkool_transport::{Connect, ErrorKind, Limits, Transport, TransportError};
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::flight::{self, News};
use super::{Delivery, MAX_PANICS};
use crate::completion::Completion;

/// The answer to a check.
type CheckDone = Arc<Completion<Result<(), TransportError>>>;

/// The link to the far end. Links are numbered, so that news of an old one are not taken for news of the present one.
#[derive(Default)]
pub(super) struct Link {
    number: u64,
    state: State,
}

#[derive(Default)]
enum State {
    #[default]
    Down,
    Connecting(AbortHandle),
    Up(Arc<dyn Transport>, Limits),
}

impl Link {
    /// The link, if it is up: its number, the transport, and what that can take.
    pub(super) fn up(&self) -> Option<(u64, Arc<dyn Transport>, Limits)> {
        match &self.state {
            State::Up(transport, limits) => Some((self.number, Arc::clone(transport), *limits)),
            _ => None,
        }
    }

    /// Lets the link go. Flights that are still under way over it end by themselves.
    pub(super) fn drop(&mut self) {
        if let State::Connecting(task) = &self.state {
            task.abort();
        }
        self.state = State::Down;
    }

    /// Whether this is the number of the present link.
    pub(super) fn is(&self, number: u64) -> bool {
        self.number == number
    }

    /// Checks endpoint and token, over the link if it is up.
    pub(super) fn check(&self, connect: &Arc<dyn Connect>, done: CheckDone, news: &UnboundedSender<News>) {
        let (link, connect, news) = (self.up(), Arc::clone(connect), news.clone());
        tokio::spawn(async move {
            // Answers even if the transport panics.
            let answer = AnswerCheck(done);
            let result = match link {
                Some((_, transport, _)) => transport.check().await,
                None => match connect.connect().await {
                    Ok(transport) => transport.check().await,
                    Err(error) => Err(error),
                },
            };
            if result.is_ok() {
                let _ = news.send(News::Checked);
            }
            answer.0.complete(result);
        });
    }
}

struct AnswerCheck(CheckDone);

impl Drop for AnswerCheck {
    fn drop(&mut self) {
        // The first answer stays.
        self.0.complete(Err(TransportError::new(
            ErrorKind::Io,
            "the check was given up: the transport panicked",
        )));
    }
}

impl Delivery {
    /// Connects if there is something to send and nothing speaks against it.
    pub(super) fn advance_link(&mut self, now: Instant) {
        let is_wanted = matches!(self.link.state, State::Down) && !self.backlog.lock().is_empty();
        let not_before = match &self.hold {
            Some(hold) => Some(hold.next_probe),
            None => self.pause,
        };
        if is_wanted && not_before.is_none_or(|at| at <= now) {
            self.link.number += 1;
            let task = flight::connect(self.link.number, Arc::clone(&self.connect), &self.news);
            self.link.state = State::Connecting(task);
        }
    }

    /// A link was made, or not.
    pub(super) fn connected(
        &mut self,
        number: u64,
        result: Result<Box<dyn Transport>, TransportError>,
        has_panicked: bool,
        now: Instant,
    ) {
        if !self.link.is(number) || !matches!(self.link.state, State::Connecting(_)) {
            return;
        }
        match result {
            Ok(transport) => {
                self.ledger.connections.add_one();
                let limits = transport.limits();
                self.link.state = State::Up(Arc::from(transport), limits);
            }
            Err(error) => {
                self.link.state = State::Down;
                if has_panicked {
                    self.count_panic();
                }
                self.trouble(error, self.round, false, now);
            }
        }
    }

    /// Counts a panic of the transport or of the loop itself.
    pub(crate) fn count_panic(&mut self) {
        self.ledger.panics.add_one();
        self.panics_in_row += 1;
    }

    /// Whether there were too many panics to go on.
    pub(crate) fn is_beyond_help(&self) -> bool {
        self.panics_in_row > MAX_PANICS
    }
}
