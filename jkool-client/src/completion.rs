//! A value that arrives once, for whoever waits on a thread or in a task.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

/// No wait is longer: some platforms cannot express more, and nobody will notice.
const FOREVER: Duration = Duration::from_secs(10 * 365 * 86_400);

/// A value that arrives once. It needs no runtime, and works in any.
#[derive(Debug)]
pub(crate) struct Completion<T> {
    state: Mutex<State<T>>,
    arrived: Condvar,
}

#[derive(Debug)]
struct State<T> {
    value: Option<T>,
    waker: Option<Waker>,
}

impl<T: Clone> Completion<T> {
    /// Nothing has arrived.
    pub(crate) fn new() -> Self {
        Self {
            state: Mutex::new(State {
                value: None,
                waker: None,
            }),
            arrived: Condvar::new(),
        }
    }

    /// The value has arrived; the first one stays.
    pub(crate) fn complete(&self, value: T) {
        let waker = {
            let mut state = self.lock();
            state.value.get_or_insert(value);
            state.waker.take()
        };
        self.arrived.notify_all();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// The value, if it has arrived.
    pub(crate) fn get(&self) -> Option<T> {
        self.lock().value.clone()
    }

    /// Blocks the calling thread until the value arrives; `None` if it does not within `timeout`.
    pub(crate) fn wait(&self, timeout: Duration) -> Option<T> {
        let deadline = Instant::now() + timeout.min(FOREVER);
        let mut state = self.lock();
        loop {
            if let Some(value) = &state.value {
                return Some(value.clone());
            }
            let left = deadline
                .checked_duration_since(Instant::now())
                .filter(|left| !left.is_zero())?;
            state = self
                .arrived
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// Waits as a future does; one task at a time.
    pub(crate) fn poll(&self, context: &mut Context<'_>) -> Poll<T> {
        let mut state = self.lock();
        match &state.value {
            Some(value) => Poll::Ready(value.clone()),
            None => {
                match &mut state.waker {
                    Some(waker) => waker.clone_from(context.waker()),
                    none => *none = Some(context.waker().clone()),
                }
                Poll::Pending
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn the_first_value_stays_and_wakes_a_thread() {
        let completion = Arc::new(Completion::new());
        let other = Arc::clone(&completion);
        let thread = std::thread::spawn(move || other.wait(Duration::MAX));
        completion.complete(1);
        completion.complete(2);
        assert_eq!(thread.join().unwrap(), Some(1));
        assert_eq!(completion.get(), Some(1));
    }

    #[test]
    fn a_wait_ends_in_time() {
        assert_eq!(Completion::<u8>::new().wait(Duration::from_millis(1)), None);
        assert_eq!(Completion::<u8>::new().wait(Duration::ZERO), None);
    }

    #[tokio::test]
    async fn wakes_a_task() {
        let completion = Arc::new(Completion::new());
        let other = Arc::clone(&completion);
        let task = tokio::spawn(std::future::poll_fn(move |context| other.poll(context)));
        tokio::task::yield_now().await;
        completion.complete("now");
        assert_eq!(task.await.unwrap(), "now");
    }
}
