//! Correlators and tags: one text, several, or whatever else a client put there.

use std::borrow::Cow;
use std::slice;

use crate::RawJson;

/// One or more texts, remembering whether a single one was written as a text or as a list.
#[derive(Clone, Debug)]
pub enum TextList {
    One(Cow<'static, str>),
    Many(Vec<Cow<'static, str>>),
    /// A value that is neither a text nor a list of texts, kept as it was read.
    Json(RawJson),
}

impl TextList {
    /// Appends a text; a raw value gives way.
    pub(crate) fn append(list: &mut Option<TextList>, text: Cow<'static, str>) {
        *list = Some(match list.take() {
            None | Some(TextList::Json(_)) => TextList::One(text),
            Some(TextList::One(first)) => TextList::Many(vec![first, text]),
            Some(TextList::Many(mut texts)) => {
                texts.push(text);
                TextList::Many(texts)
            }
        });
    }

    /// The texts; none if the value is something else.
    pub(crate) fn as_slice(&self) -> &[Cow<'static, str>] {
        match self {
            TextList::One(text) => slice::from_ref(text),
            TextList::Many(texts) => texts,
            TextList::Json(_) => &[],
        }
    }
}

impl PartialEq for TextList {
    /// A single text equals a list of one: which of them it was is a matter of spelling.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (TextList::Json(one), TextList::Json(two)) => one == two,
            (TextList::Json(_), _) | (_, TextList::Json(_)) => false,
            (one, two) => one.as_slice() == two.as_slice(),
        }
    }
}
