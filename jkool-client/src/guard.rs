//! Closes a client at the end of a scope.

use std::fmt;

use crate::Client;

/// Closes its client when dropped, within the [drop time-out](crate::ClientBuilder::drop_timeout).
///
/// For clients that live in a global subscriber or logger, which is never dropped: hold the guard in `main`.
/// `let _ = client.guard();` drops it at once; bind it to a name, such as `_guard`.
#[must_use = "the client is closed as soon as the guard is dropped; bind it to a name such as `_guard`"]
pub struct Guard {
    client: Client,
}

impl Guard {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // A guard has nobody to tell; what was left is in the numbers.
        let _ = self.client.close(self.client.handle.drop_timeout);
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Guard").field(&self.client).finish()
    }
}
