//! Records handed to a transport in one call.

use std::ops::Deref;
use std::sync::Arc;

use crate::Record;

/// The records of one [`Transport::send`](crate::Transport::send), in the order in which they were accepted.
///
/// A clone is cheap and shares the records, so that whoever retries can keep them while a transport has them.
#[derive(Clone, Debug)]
pub struct Batch {
    records: Arc<[Record]>,
}

impl Batch {
    /// A batch of these records.
    pub fn new(records: impl Into<Arc<[Record]>>) -> Self {
        Self {
            records: records.into(),
        }
    }

    /// The sum of the body sizes, in bytes.
    pub fn body_bytes(&self) -> usize {
        self.records.iter().map(|record| record.body.len()).sum()
    }
}

impl Deref for Batch {
    type Target = [Record];

    fn deref(&self) -> &[Record] {
        &self.records
    }
}

impl FromIterator<Record> for Batch {
    fn from_iter<I: IntoIterator<Item = Record>>(records: I) -> Self {
        Self::new(records.into_iter().collect::<Vec<_>>())
    }
}
