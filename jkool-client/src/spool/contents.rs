//! What lies in the mailbox, and what of it the thread can use.

use std::collections::VecDeque;
use std::time::Instant;

use tokio::sync::oneshot;

use super::handed_back::HandedBackReason;
use super::options::SpoolOptions;
use super::record::{SpoolId, Spooled};
use super::state::{Census, SpoolClosed, SpoolState, SpoolStats};
use super::todo::{Append, Reader, Ready, Todo};

/// So many removals wake the thread, so that they do not pile up until the next commit.
pub(crate) const MANY_REMOVALS: usize = 4_096;

/// What lies in the mailbox.
#[derive(Debug)]
pub(crate) struct Contents {
    pub(crate) appends: VecDeque<Append>,
    pub(crate) append_records: usize,
    pub(crate) append_bytes: usize,
    pub(crate) oldest: Option<Instant>,
    pub(crate) removals: Vec<SpoolId>,
    pub(crate) readers: VecDeque<Reader>,
    pub(crate) returned: Vec<Spooled>,
    pub(crate) closing: Option<Instant>,
    pub(crate) ended: Option<SpoolClosed>,
    pub(crate) left: usize,
    pub(crate) tellers: Vec<oneshot::Sender<SpoolClosed>>,
    pub(crate) stats: SpoolStats,
    /// As the thread last showed it.
    pub(crate) census: Census,
    pub(crate) asleep: bool,
    pub(crate) ready: Ready,
}

impl Default for Contents {
    fn default() -> Self {
        Self {
            appends: VecDeque::new(),
            append_records: 0,
            append_bytes: 0,
            oldest: None,
            removals: Vec::new(),
            readers: VecDeque::new(),
            returned: Vec::new(),
            closing: None,
            ended: None,
            left: 0,
            tellers: Vec::new(),
            stats: SpoolStats::default(),
            census: Census::default(),
            asleep: false,
            ready: Ready {
                for_appends: true,
                for_readers: false,
                for_removals: true,
                due: None,
            },
        }
    }
}

impl Contents {
    /// Why an append cannot be taken, if so.
    pub(crate) fn refusal(
        &self,
        records: usize,
        bytes: usize,
        options: &SpoolOptions,
    ) -> Option<HandedBackReason> {
        if self.closing.is_some() || self.ended.is_some() {
            return Some(HandedBackReason::Closed);
        }
        if bytes as u64 > options.max_append_bytes() {
            return Some(HandedBackReason::TooLarge);
        }
        if matches!(self.stats.state, SpoolState::Full) {
            return Some(HandedBackReason::Full);
        }
        // One append that is larger than the backlog goes alone: else it could never go at all.
        let alone = self.stats.waiting_records == 0;
        let fits = self.stats.waiting_records + records <= options.max_backlog_records
            && self.stats.waiting_bytes + bytes <= options.max_backlog_bytes;
        if alone || fits {
            None
        } else if matches!(self.stats.state, SpoolState::Failing { .. }) {
            Some(HandedBackReason::Failing)
        } else {
            Some(HandedBackReason::Backlog)
        }
    }

    /// Whether what waits fills a commit.
    pub(crate) fn has_group(&self, options: &SpoolOptions) -> bool {
        self.append_records >= options.max_group_records || self.append_bytes >= options.group_bytes()
    }

    fn can_append(&self, ready: Ready, now: Instant, options: &SpoolOptions) -> bool {
        let waited = self.oldest.is_some_and(|oldest| oldest + options.linger <= now);
        ready.for_appends
            && !self.appends.is_empty()
            && (waited || self.closing.is_some() || self.has_group(options))
    }

    /// Whether the thread has something to do now.
    pub(crate) fn has_work(&self, ready: Ready, now: Instant, options: &SpoolOptions) -> bool {
        self.can_append(ready, now, options)
            || (ready.for_removals && !self.removals.is_empty())
            || self.removals.len() >= MANY_REMOVALS
            || !self.returned.is_empty()
            || (ready.for_readers && !self.readers.is_empty())
            || ready.due.is_some_and(|due| due <= now)
            || self
                .closing
                .is_some_and(|deadline| ready.for_appends || deadline <= now)
    }

    /// Takes what the thread has to do now.
    pub(crate) fn take(&mut self, ready: Ready, now: Instant, options: &SpoolOptions) -> Todo {
        let mut todo = Todo {
            removals: std::mem::take(&mut self.removals),
            returned: std::mem::take(&mut self.returned),
            closing: self.closing,
            ..Todo::default()
        };
        if ready.for_readers || !todo.returned.is_empty() {
            todo.readers = std::mem::take(&mut self.readers);
        }
        if self.can_append(ready, now, options) {
            let (mut records, mut bytes) = (0, 0);
            while let Some(append) = self.appends.pop_front() {
                let too_many = records + append.records.len() > options.max_group_records;
                let too_large = bytes + append.bytes > options.group_bytes();
                if !todo.appends.is_empty() && (too_many || too_large) {
                    self.appends.push_front(append);
                    break;
                }
                records += append.records.len();
                bytes += append.bytes;
                todo.appends.push(append);
            }
            self.append_records = self.append_records.saturating_sub(records);
            self.append_bytes = self.append_bytes.saturating_sub(bytes);
            // The rest has waited as long as this group has.
            self.oldest = self.oldest.filter(|_| !self.appends.is_empty());
        }
        todo
    }
}
