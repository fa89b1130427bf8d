//! Remembers whether the span that a thread is in is sampled, since to look it up costs more than all else about an
//! event that is dropped.

use std::cell::Cell;

thread_local! {
    /// Without a destructor, so that it can be read while a thread ends.
    static LAST: Cell<Option<LastSpan>> = const { Cell::new(None) };
}

/// The span that was looked up last on this thread.
#[derive(Clone, Copy, Debug)]
struct LastSpan {
    key: LastSpanKey,
    is_kept: Option<bool>,
}

/// What must be equal for an answer to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LastSpanKey {
    /// The number of the layer, which is never used again.
    pub(super) layer: usize,
    /// The id of the span, which the registry uses again only after very many others.
    pub(super) span: u64,
    /// How often the layer has decided anew about a span that it knew.
    pub(super) changes: u64,
}

/// Whether the span is kept, by what was remembered, or else by `look_up`; `None` if it belongs to no activity.
#[inline]
pub(super) fn is_kept(key: LastSpanKey, look_up: impl FnOnce() -> Option<bool>) -> Option<bool> {
    match LAST.get() {
        Some(last) if last.key == key => last.is_kept,
        _ => {
            let is_kept = look_up();
            LAST.set(Some(LastSpan { key, is_kept }));
            is_kept
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_holds_for_the_same_span_of_the_same_layer_until_something_changes() {
        let key = LastSpanKey {
            layer: usize::MAX,
            span: 7,
            changes: 0,
        };
        assert_eq!(is_kept(key, || Some(true)), Some(true));
        assert_eq!(is_kept(key, || None), Some(true));
        let other_layer = LastSpanKey { layer: 5, ..key };
        assert_eq!(is_kept(other_layer, || None), None);
        let other_span = LastSpanKey { span: 8, ..key };
        assert_eq!(is_kept(other_span, || Some(true)), Some(true));
        let changed = LastSpanKey {
            changes: 1,
            ..other_span
        };
        assert_eq!(is_kept(changed, || Some(false)), Some(false));
    }
}
