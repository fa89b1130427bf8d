//! One shard: a buffer that several threads append to, one at a time.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Buf;

use super::budget::{Budget, Credit, Lease, Place};
use super::entry::Entry;
use super::pool::{Pool, SEGMENT_BYTES};
use super::{Queued, Rejected};
use crate::receipt_cell::ReceiptCell;
use crate::sync::{Mutex, MutexGuard, PoisonError};

/// One shard, alone on its cache lines.
#[derive(Debug, Default)]
#[repr(align(128))]
pub(crate) struct Shard {
    state: Mutex<State>,
}

/// Whether records are let in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Gate {
    /// Records are let in.
    #[default]
    Open,
    /// `close` was called.
    Closed,
    /// The worker gave up.
    Disabled,
}

/// What is under the mutex.
#[derive(Debug, Default)]
pub(crate) struct State {
    gate: Gate,
    is_parked: bool,
    credit: Credit,
    accepted: u64,
    content: Drained,
    current: Segment,
}

/// Content taken out of a shard; the vectors are used again and again.
#[derive(Debug, Default)]
pub(crate) struct Drained {
    headers: VecDeque<Header>,
    /// One for each tracked record, in the order of the headers.
    receipts: VecDeque<Arc<ReceiptCell>>,
    segments: VecDeque<Segment>,
}

#[derive(Debug)]
struct Header {
    entry: Entry,
    body_bytes: usize,
    is_tracked: bool,
}

/// A buffer, and how many records lie in it, behind the bytes of those that were dropped.
#[derive(Debug, Default)]
struct Segment {
    buffer: Vec<u8>,
    dropped_bytes: usize,
    records: usize,
}

impl Shard {
    /// Nothing under the mutex is left half done by a panic, so a poisoned lock is as good as any.
    #[inline]
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Appends one record; returns whether the bell must be rung, because the worker was parked or the shard has just
    /// become crowded.
    #[inline]
    pub(crate) fn push(
        &mut self,
        budget: &Budget,
        pool: &Pool,
        body: &[u8],
        entry: Entry,
        receipt: Option<&Arc<ReceiptCell>>,
    ) -> Result<bool, Rejected> {
        if self.gate != Gate::Open {
            return Err(Rejected::Shut(self.gate));
        }
        if !self.credit.spend(budget, body.len()) {
            return Err(Rejected::Full);
        }
        let mut is_crowded = false;
        if self.current.buffer.capacity() - self.current.buffer.len() < body.len() {
            self.make_room(pool, body.len());
            is_crowded = self.content.segments.len() == budget.crowd_segments();
        }
        self.current.buffer.extend_from_slice(body);
        self.current.records += 1;
        self.content.headers.push_back(Header {
            entry,
            body_bytes: body.len(),
            is_tracked: receipt.is_some(),
        });
        if let Some(receipt) = receipt {
            self.content.receipts.push_back(Arc::clone(receipt));
        }
        self.accepted += 1;
        is_crowded |= self.content.headers.len() == budget.crowd_events();
        Ok(std::mem::take(&mut self.is_parked) || is_crowded)
    }

    /// Seals a buffer that is full, and goes on in another one.
    #[cold]
    fn make_room(&mut self, pool: &Pool, bytes: usize) {
        if self.current.records > 0 {
            self.seal(pool.take());
        } else if self.current.buffer.capacity() == 0 {
            self.current.buffer = pool.take();
        }
        if bytes > SEGMENT_BYTES {
            // To measure, or a single huge record would double its memory.
            self.current.buffer.reserve_exact(bytes);
        }
    }

    fn seal(&mut self, buffer: Vec<u8>) {
        let next = Segment {
            buffer,
            ..Segment::default()
        };
        let full = std::mem::replace(&mut self.current, next);
        self.content.segments.push_back(full);
    }

    /// Drops the oldest record; its place comes back at once, its bytes with the last record of its buffer. Returns
    /// whether there was one, and its receipt.
    pub(crate) fn drop_oldest(&mut self, budget: &Budget, pool: &Pool) -> (bool, Option<Arc<ReceiptCell>>) {
        let Some(oldest) = self.content.headers.pop_front() else {
            return (false, None);
        };
        let segment = self.content.segments.front_mut().unwrap_or(&mut self.current);
        segment.dropped_bytes += oldest.body_bytes;
        segment.records -= 1;
        let mut bytes = 0;
        if segment.records == 0 {
            bytes = segment.dropped_bytes;
            segment.dropped_bytes = 0;
            match self.content.segments.pop_front() {
                Some(segment) => pool.give_back(segment.buffer),
                None => self.current.buffer.clear(),
            }
        }
        self.credit.refund(1, bytes);
        // To the budget: it may be another shard that needs it.
        self.credit.give_back(budget);
        let receipt = if oldest.is_tracked {
            self.content.receipts.pop_front()
        } else {
            None
        };
        (true, receipt)
    }

    /// Swaps everything into `drained`, which must be empty, and gives back unspent credit.
    pub(crate) fn drain(&mut self, budget: &Budget, pool: &Pool, drained: &mut Drained) {
        self.is_parked = false;
        self.credit.give_back(budget);
        let Segment { buffer, records, .. } = &self.current;
        if *records > 0 {
            if buffer.len() < buffer.capacity() / 2 {
                // A large buffer with little in it would pin much more memory than the limits count.
                let snug = buffer.as_slice().to_vec();
                let buffer = std::mem::replace(&mut self.current.buffer, snug);
                self.seal(buffer);
                self.current.buffer.clear();
            } else {
                self.seal(pool.take());
            }
        }
        std::mem::swap(&mut self.content, drained);
    }

    /// Marks the worker as parked, unless there is something to take out.
    pub(crate) fn park(&mut self) -> bool {
        self.is_parked = self.content.headers.is_empty();
        self.is_parked
    }

    /// The worker is not parked after all.
    pub(crate) fn unpark(&mut self) {
        self.is_parked = false;
    }

    /// Lets nobody in any more. Disabled is final.
    pub(crate) fn shut(&mut self, gate: Gate) {
        if self.gate != Gate::Disabled {
            self.gate = gate;
        }
    }

    /// How many records were accepted here.
    pub(crate) fn accepted(&self) -> u64 {
        self.accepted
    }

    /// How many events were taken from the budget and not spent.
    pub(crate) fn unspent_events(&self) -> usize {
        self.credit.events()
    }

    /// The same for bytes.
    pub(crate) fn unspent_bytes(&self) -> usize {
        self.credit.bytes()
    }
}

impl Drained {
    /// Whether there is nothing in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.headers.is_empty()
    }

    /// Hands out the records in order, and is empty afterwards.
    pub(crate) fn emit(
        &mut self,
        pool: &Arc<Pool>,
        lease: impl Fn(usize) -> Arc<Lease>,
        sink: &mut impl FnMut(Queued),
    ) {
        let mut headers = self.headers.drain(..);
        let mut receipts = self.receipts.drain(..);
        for segment in self.segments.drain(..) {
            let lease = lease(segment.buffer.len());
            let mut rest = pool.lend(segment.buffer);
            rest.advance(segment.dropped_bytes);
            for header in headers.by_ref().take(segment.records) {
                sink(Queued {
                    body: rest.split_to(header.body_bytes),
                    entry: header.entry,
                    receipt: if header.is_tracked { receipts.next() } else { None },
                    place: Place::new(&lease),
                });
            }
        }
    }
}
