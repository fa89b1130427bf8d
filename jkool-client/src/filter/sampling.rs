//! Keeps a share of all activities, each of them whole.

use std::fmt::{self, Write};

/// Keeps a share of all activities: a correlator is kept or dropped, with all that carries it.
///
/// The decision depends on nothing but the text and the share, so that all processes agree: the text's FNV-1a hash of 64
/// bits, mixed by the finalizer of MurmurHash3, is below the share of 2⁶⁴.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sampling {
    threshold: u64,
}

impl Sampling {
    /// Keeps this share, from 0 to 1. All of it needs no sampling: one hash is never kept.
    pub(super) fn new(share: f64) -> Self {
        // A cast of a number outside the range of integers gives the nearest one.
        Sampling {
            threshold: (share * 2_f64.powi(64)) as u64,
        }
    }

    /// Whether what has this correlator, or else this id, is kept.
    #[inline]
    pub(crate) fn keeps(&self, text: &str) -> bool {
        let mut hash = Fnv1a::new();
        hash.add(text);
        self.keeps_hash(hash.mixed())
    }

    /// The same for something that is shown as the text.
    #[inline]
    pub(crate) fn keeps_shown(&self, shown: &impl fmt::Display) -> bool {
        let mut hash = Fnv1a::new();
        // What it could write decides; nothing here fails but the host's own formatting.
        let _ = write!(hash, "{shown}");
        self.keeps_hash(hash.mixed())
    }

    /// The same for a text that is written piece by piece; `None` if it is empty.
    #[cfg(any(feature = "log", feature = "tracing"))]
    pub(crate) fn keeps_written(&self, text: impl FnOnce(&mut dyn Write)) -> Option<bool> {
        let mut hash = Fnv1a::new();
        text(&mut hash);
        (hash.0 != Fnv1a::new().0).then(|| self.keeps_hash(hash.mixed()))
    }

    /// Whether what stands for itself and has no id yet is kept, by chance.
    #[inline]
    pub(crate) fn keeps_by_chance(&self) -> bool {
        self.keeps_hash(fastrand::u64(..))
    }

    #[inline]
    fn keeps_hash(&self, hash: u64) -> bool {
        hash < self.threshold
    }
}

/// FNV-1a of 64 bits.
struct Fnv1a(u64);

impl Fnv1a {
    fn new() -> Self {
        Fnv1a(0xcbf2_9ce4_8422_2325)
    }

    #[inline]
    fn add(&mut self, text: &str) {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// Spread over all bits: of the bare hash, the last letters of a text do not reach the highest ones.
    fn mixed(&self) -> u64 {
        let mut hash = self.0;
        hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        hash ^ (hash >> 33)
    }
}

impl Write for Fnv1a {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.add(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hash(text: &str) -> u64 {
        let mut hash = Fnv1a::new();
        hash.write_str(text).unwrap();
        hash.mixed()
    }

    /// Written down, since services of other versions and languages must agree.
    #[test]
    fn the_hash_never_changes() {
        assert_eq!(hash(""), 0xefd0_1f60_ba99_2926);
        assert_eq!(hash("order-4711"), 0x140f_65d6_8b87_9ec1);
        assert_eq!(hash("Bestellung №1 ä"), 0x3083_30d4_d22c_9b38);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]

        #[test]
        fn the_share_is_kept(share in 0.0..=1.0_f64, prefix in "[a-z]{0,9}[-:/]?") {
            const COUNT: u32 = 100_000;
            let sampling = Sampling::new(share);
            let kept = (0..COUNT).filter(|number| sampling.keeps(&format!("{prefix}{number}"))).count();
            let expected = share * f64::from(COUNT);
            // Six standard deviations of as many throws of a coin.
            let tolerance = 6.0 * (expected * (1.0 - share)).sqrt();
            prop_assert!((kept as f64 - expected).abs() <= tolerance.max(6.0), "{kept} of {expected}");
        }

        #[test]
        fn a_larger_share_keeps_what_a_smaller_one_keeps(text in ".*", small in 0.0..1.0_f64, more in 0.0..1.0_f64) {
            let large = (small + more).min(1.0);
            prop_assert!(!Sampling::new(small).keeps(&text) || Sampling::new(large).keeps(&text));
        }
    }

    #[test]
    fn nothing_and_everything() {
        assert!((0..1_000).all(|number| Sampling::new(1.0).keeps(&number.to_string())));
        assert!((0..1_000).all(|number| !Sampling::new(0.0).keeps_shown(&number)));
        assert!(Sampling::new(0.5).keeps_shown(&"a") == Sampling::new(0.5).keeps("a"));
    }
}
