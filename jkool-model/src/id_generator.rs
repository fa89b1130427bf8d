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
    static GENERATOR: Generator = const { Generator::unseeded() };
}

/// The next id of this thread, as the 128 bits of a UUID.
///
/// Layout (RFC 9562 §5.7 and §6.2, method 1): 48 bits of milliseconds; a counter of 42 bits around the
/// version and variant bits, starting at random in each millisecond; 32 random bits.
#[inline]
pub(crate) fn next(time: Timestamp) -> u128 {
    GENERATOR.with(|generator| generator.next(u64::try_from(time.as_micros()).unwrap_or(0)))
}

#[derive(Clone)]
struct Generator {
    millis: Cell<u64>,
    counter: Cell<u64>,
    random: [Cell<u64>; 2],
    process: Cell<Option<u32>>,
}

impl Generator {
    /// Its milliseconds are none that a time can have, so that the first id seeds it.
    const fn unseeded() -> Self {
        Generator {
            millis: Cell::new(u64::MAX),
            counter: Cell::new(0),
            random: [Cell::new(0), Cell::new(0)],
            process: Cell::new(None),
        }
    }

    #[inline]
    fn next(&self, micros: u64) -> u128 {
        let millis = micros / 1000;
        if millis == self.millis.get() {
            self.counter.set(self.counter.get().wrapping_add(1));
        } else {
            self.enter(millis);
        }
        // A forked child has its parent's state until its first new millisecond. Stirring in the clock makes
        // the two part before that.
        let counter = self.counter.get();
        let tail = self.random(micros.wrapping_mul(GOLDEN_RATIO)) >> 32;
        let high = (millis << 16) | 0x7000 | ((counter >> 30) & 0xfff);
        let low = (0b10 << 62) | ((counter & 0x3fff_ffff) << 32) | tail;
        (u128::from(high) << 64) | u128::from(low)
    }

    /// Starts a new millisecond, which is also where a fork is noticed: asking for the process id is a system
    /// call, too dear to make for every id.
    #[cold]
    #[inline(never)]
    fn enter(&self, millis: u64) {
        let process = process_id();
        if self.process.replace(Some(process)) != Some(process) {
            let [first, second] = seed(process);
            self.random[0].set(first);
            self.random[1].set(second);
        }
        self.millis.set(millis);
        self.counter.set(self.random(0) & COUNTER_START_MASK);
    }

    /// xoroshiro128++ 1.0 by Blackman and Vigna, a generator in the public domain, with a word stirred in.
    #[inline]
    fn random(&self, stir: u64) -> u64 {
        let first = self.random[0].get().wrapping_add(stir);
        let second = self.random[1].get();
        let result = first.wrapping_add(second).rotate_left(17).wrapping_add(first);
        let mixed = first ^ second;
        self.random[0].set(first.rotate_left(49) ^ mixed ^ (mixed << 21));
        self.random[1].set(mixed.rotate_left(28));
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
        let parent = Generator::unseeded();
        parent.next(1_000_000);
        let child = parent.clone();
        child
            .process
            .set(child.process.get().map(|process| process.wrapping_add(1)));
        assert_ne!(parent.next(2_000_000), child.next(2_000_000));
    }

    #[test]
    fn a_forked_child_differs_within_the_same_millisecond() {
        let parent = Generator::unseeded();
        parent.next(1_000_000);
        let child = parent.clone();
        assert_ne!(parent.next(1_000_010), child.next(1_000_011));
    }

    #[test]
    fn the_clock_may_go_back() {
        let generator = Generator::unseeded();
        let ids = [5_000, 3_000, 5_000].map(|micros| generator.next(micros));
        assert!(ids[0] != ids[2] && ids[1] < ids[0]);
    }

    /// Half of the random bits are set, on average, in each place.
    #[test]
    fn the_random_bits_are_spread_evenly() {
        const IDS: u32 = 20_000;
        let generator = Generator::unseeded();
        let mut set = [0_u32; 32];
        for number in 0..IDS {
            let id = generator.next(1_000_000 + u64::from(number));
            for (bit, set) in set.iter_mut().enumerate() {
                *set += u32::from(id >> bit & 1 == 1);
            }
        }
        assert!(set.iter().all(|set| set.abs_diff(IDS / 2) < IDS / 20), "{set:?}");
    }
}
