//! The thread-local generator of UUIDs of version 7: no system call and no lock per id.

use std::cell::Cell;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use crate::Timestamp;

/// The counter takes 42 bits and starts in their lower half, so that it cannot overflow in a millisecond.
const COUNTER_BITS: u32 = 42;
const COUNTER_START_MASK: u64 = (1 << (COUNTER_BITS - 1)) - 1;

/// An odd number of well spread bits, so that a difference of one microsecond reaches the upper half.
const GOLDEN_RATIO: u64 = 0x9e37_79b9_7f4a_7c15;

thread_local! {
    static STATE: Cell<State> = const { Cell::new(State::UNSEEDED) };
}

/// The next id of this thread, as the 128 bits of a UUID.
///
/// Layout (RFC 9562 §5.7 and §6.2, method 1): 48 bits of milliseconds; a counter of 42 bits around the
/// version and variant bits, starting at random in each millisecond; 32 random bits.
#[inline]
pub(crate) fn next(time: Timestamp) -> u128 {
    STATE.with(|cell| {
        let mut state = cell.get();
        let micros = u64::try_from(time.as_micros()).unwrap_or(0);
        let id = state.next(micros);
        cell.set(state);
        id
    })
}

#[derive(Clone, Copy)]
struct State {
    millis: u64,
    counter: u64,
    random: [u64; 2],
    process: u32,
    seeded: bool,
}

impl State {
    const UNSEEDED: State = State {
        millis: 0,
        counter: 0,
        random: [0; 2],
        process: 0,
        seeded: false,
    };

    #[inline]
    fn next(&mut self, micros: u64) -> u128 {
        let millis = micros / 1000;
        if millis != self.millis || !self.seeded {
            self.enter(millis);
        } else {
            self.counter = self.counter.wrapping_add(1);
        }
        // A forked child has its parent's state until its first new millisecond. Stirring in the clock makes
        // the two part before that.
        self.random[0] = self.random[0].wrapping_add(micros.wrapping_mul(GOLDEN_RATIO));
        let tail = self.random() >> 32;

        let high = (self.millis << 16) | 0x7000 | ((self.counter >> 30) & 0xfff);
        let low = (0b10 << 62) | ((self.counter & 0x3fff_ffff) << 32) | tail;
        (u128::from(high) << 64) | u128::from(low)
    }

    /// Starts a new millisecond, which is also where a fork is noticed: asking for the process id is a system
    /// call, too dear to make for every id.
    #[cold]
    #[inline(never)]
    fn enter(&mut self, millis: u64) {
        let process = process_id();
        if !self.seeded || process != self.process {
            *self = State {
                process,
                seeded: true,
                random: seed(process),
                ..*self
            };
        }
        self.millis = millis;
        self.counter = self.random() & COUNTER_START_MASK;
    }

    /// xoroshiro128++ 1.0 by Blackman and Vigna, a generator in the public domain.
    #[inline]
    fn random(&mut self) -> u64 {
        let [first, mut second] = self.random;
        let result = first.wrapping_add(second).rotate_left(17).wrapping_add(first);
        second ^= first;
        self.random = [
            first.rotate_left(49) ^ second ^ (second << 21),
            second.rotate_left(28),
        ];
        result
    }
}

/// 128 bits that differ between threads, processes and machines: the standard library keys its hash maps
/// from the system's random source, and the key differs with each `RandomState`.
fn seed(process: u32) -> [u64; 2] {
    let [first, second] = [0u8; 2].map(|_| {
        let mut hasher = RandomState::new().build_hasher();
        hasher.write_u32(process);
        hasher.write_i64(Timestamp::now().as_micros());
        hasher.finish()
    });
    // All zeros would be a fixed point of the generator.
    [first | 1, second]
}

#[cfg(unix)]
fn process_id() -> u32 {
    std::process::id()
}

/// Without `fork` no process starts as a copy of another.
#[cfg(not(unix))]
fn process_id() -> u32 {
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forked_child_leaves_its_parents_sequence() {
        let mut parent = State::UNSEEDED;
        parent.next(1_000_000);
        let mut child = State {
            process: parent.process.wrapping_add(1),
            ..parent
        };
        assert_ne!(parent.next(2_000_000), child.next(2_000_000));
    }

    #[test]
    fn a_forked_child_differs_within_the_same_millisecond() {
        let mut parent = State::UNSEEDED;
        parent.next(1_000_000);
        let mut child = parent;
        assert_ne!(parent.next(1_000_010), child.next(1_000_011));
    }

    #[test]
    fn the_clock_may_go_back() {
        let mut state = State::UNSEEDED;
        let ids = [5_000, 3_000, 5_000].map(|micros| state.next(micros));
        assert!(ids[0] != ids[2] && ids[1] < ids[0]);
    }
}
