//! Many numbers in little memory: count, sum, extremes and percentiles.

use std::collections::BTreeMap;

use jkool_model::{Property, ValueType};

/// Each power of two is cut into this many buckets, so that a percentile is at most 1/64 too near to zero, and whole
/// numbers up to 128 are exact.
const BUCKETS: usize = 1 << BUCKET_BITS;
const BUCKET_BITS: u32 = 6;
const MANTISSA_BITS: u32 = f64::MANTISSA_DIGITS - 1;

/// Many numbers, of which count, sum and extremes are kept exactly and the rest by bucket.
///
/// A bucket takes the upper bits of a number as they are: ordering the bits of positive numbers orders the numbers. 512
/// bytes are taken for each power of two that occurs; times of one thing rarely spread over ten.
#[derive(Clone, Debug, Default)]
pub(crate) struct Distribution {
    count: u64,
    sum: f64,
    min: f64,
    max: f64,
    zeros: u64,
    positive: Buckets,
    negative: Buckets,
}

/// By exponent, the counts by upper mantissa bits.
type Buckets = BTreeMap<u16, Box<[u64; BUCKETS]>>;

impl Distribution {
    /// Takes `times` times the same number; NaN and the infinities are not numbers to take.
    pub(crate) fn record(&mut self, value: f64, times: u64) {
        if !value.is_finite() || times == 0 {
            return;
        }
        if self.count == 0 {
            (self.min, self.max) = (value, value);
        }
        self.count = self.count.saturating_add(times);
        self.sum += value * times as f64;
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        let buckets = match value {
            0.0 => {
                self.zeros = self.zeros.saturating_add(times);
                return;
            }
            above if above > 0.0 => &mut self.positive,
            _ => &mut self.negative,
        };
        let (exponent, place) = bucket_of(value.abs());
        let block = buckets.entry(exponent).or_insert_with(|| Box::new([0; BUCKETS]));
        if let Some(count) = block.get_mut(place) {
            *count = count.saturating_add(times);
        }
    }

    /// Adds all the numbers of another.
    pub(crate) fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        if self.count == 0 {
            (self.min, self.max) = (other.min, other.max);
        }
        self.count = self.count.saturating_add(other.count);
        self.sum += other.sum;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        self.zeros = self.zeros.saturating_add(other.zeros);
        for (mine, theirs) in [
            (&mut self.positive, &other.positive),
            (&mut self.negative, &other.negative),
        ] {
            for (exponent, block) in theirs {
                let sums = mine.entry(*exponent).or_insert_with(|| Box::new([0; BUCKETS]));
                for (sum, count) in sums.iter_mut().zip(block.iter()) {
                    *sum = sum.saturating_add(*count);
                }
            }
        }
    }

    /// How many numbers there are.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// The number that the given share of all numbers, from 0 to 1, does not exceed.
    pub(crate) fn percentile(&self, share: f64) -> f64 {
        // Rounded up, and at least the first.
        let rank = ((share * self.count as f64).ceil() as u64).clamp(1, self.count.max(1));
        let negative = self.negative.iter().rev().flat_map(|(exponent, block)| {
            (0..BUCKETS)
                .rev()
                .zip(block.iter().rev())
                .map(|(place, count)| (-floor_of(*exponent, place), *count))
        });
        let positive = self.positive.iter().flat_map(|(exponent, block)| {
            (0..BUCKETS)
                .zip(block.iter())
                .map(|(place, count)| (floor_of(*exponent, place), *count))
        });
        let mut passed = 0_u64;
        negative
            .chain([(0.0, self.zeros)])
            .chain(positive)
            .find(|(_, count)| {
                passed = passed.saturating_add(*count);
                passed >= rank
            })
            .map_or(self.max, |(value, _)| value.clamp(self.min, self.max))
    }

    /// Count, sum, extremes and percentiles as properties, each name with `prefix` before it.
    pub(crate) fn properties(
        &self,
        prefix: &str,
        of_count: ValueType,
        of_values: Option<&ValueType>,
    ) -> impl Iterator<Item = Property> {
        let count = Property::new(format!("{prefix}count"), self.count()).value_type(of_count);
        let values = [
            ("sum", self.sum),
            ("min", self.min),
            ("max", self.max),
            ("p50", self.percentile(0.5)),
            ("p90", self.percentile(0.9)),
            ("p99", self.percentile(0.99)),
        ]
        .map(|(name, value)| {
            let property = Property::new(format!("{prefix}{name}"), value);
            match of_values {
                Some(value_type) => property.value_type(value_type.clone()),
                None => property,
            }
        });
        std::iter::once(count).chain(values)
    }
}

/// Exponent and upper mantissa bits of a positive number.
fn bucket_of(value: f64) -> (u16, usize) {
    let bits = value.to_bits();
    let exponent = (bits >> MANTISSA_BITS) as u16;
    let place = (bits >> (MANTISSA_BITS - BUCKET_BITS)) as usize % BUCKETS;
    (exponent, place)
}

/// The smallest number of a bucket.
fn floor_of(exponent: u16, place: usize) -> f64 {
    let place = (place as u64) << (MANTISSA_BITS - BUCKET_BITS);
    f64::from_bits(u64::from(exponent) << MANTISSA_BITS | place)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(values: &[f64]) -> Distribution {
        let mut distribution = Distribution::default();
        values.iter().for_each(|value| distribution.record(*value, 1));
        distribution
    }

    #[test]
    fn whole_numbers_up_to_a_hundred_are_exact() {
        let values: Vec<f64> = (1..=100).map(f64::from).collect();
        let distribution = of(&values);
        assert_eq!(
            [0.0, 0.5, 0.9, 0.99, 1.0].map(|share| distribution.percentile(share)),
            [1.0, 50.0, 90.0, 99.0, 100.0]
        );
        assert_eq!((distribution.count, distribution.sum), (100, 5_050.0));
    }

    #[test]
    fn what_is_no_number_is_not_taken() {
        let distribution = of(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY]);
        assert_eq!(distribution.count(), 0);
        assert_eq!(distribution.percentile(0.5), 0.0);
    }

    proptest! {
        #[test]
        fn percentiles_are_near_those_of_the_sorted_numbers(
            mut values in prop::collection::vec(prop_oneof![Just(0.0), -1e9..1e9, -1.0..1.0, any::<f64>()
                .prop_filter("finite", |value| value.is_finite())], 1..200),
            share in 0.0_f64..=1.0,
        ) {
            let distribution = of(&values);
            values.sort_by(f64::total_cmp);
            let rank = ((share * values.len() as f64).ceil() as usize).max(1);
            let exact = values[rank - 1];
            let found = distribution.percentile(share);
            // Subnormal numbers have no bits left to be near by.
            let allowed = (exact.abs() / 64.0).max(f64::MIN_POSITIVE);
            prop_assert!((exact - found).abs() <= allowed, "{exact} {found}");
            prop_assert!(found.abs() <= exact.abs() || found == distribution.min || found == distribution.max);
        }

        #[test]
        fn merging_is_recording_all(
            one in prop::collection::vec(-1e3..1e3, 0..50),
            two in prop::collection::vec(-1e3..1e3, 0..50),
        ) {
            let mut merged = of(&one);
            merged.merge(&of(&two));
            let all = of(&[one, two].concat());
            prop_assert_eq!(merged.count, all.count);
            prop_assert_eq!((merged.min, merged.max), (all.min, all.max));
            for share in [0.1, 0.5, 0.9] {
                prop_assert_eq!(merged.percentile(share), all.percentile(share));
            }
        }
    }
}
