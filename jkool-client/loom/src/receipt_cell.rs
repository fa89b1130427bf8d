//! In the place of the client's own: the queue carries receipts and does nothing else with them.

/// A receipt that nobody asks for.
#[derive(Debug)]
pub(crate) struct ReceiptCell;
