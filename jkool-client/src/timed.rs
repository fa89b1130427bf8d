//! A wait with a time limit that works in any runtime, and whatever the worker does.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use crate::completion::Completion;

/// The value of `done`; `None` if it does not arrive within `timeout`.
///
/// The caller may have no runtime with a timer, and the worker may hang, so a short-lived thread watches the time.
/// Flushing and closing are rare enough for that.
pub(crate) async fn within<T: Clone + Send + 'static>(
    done: &Arc<Completion<T>>,
    timeout: Duration,
) -> Option<T> {
    let late = Arc::new(Completion::new());
    let watch = {
        let (done, late) = (Arc::clone(done), Arc::clone(&late));
        move || {
            if done.wait(timeout).is_none() {
                late.complete(());
            }
        }
    };
    if std::thread::Builder::new()
        .name("jkool-timer".to_owned())
        .spawn(watch)
        .is_err()
    {
        // Without a thread to watch, to block is better than never to return.
        return done.wait(timeout);
    }
    poll_fn(|context| match done.poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => late.poll(context).map(|()| None),
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_in_time_without_a_runtime() {
        let done = Arc::new(Completion::<u8>::new());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        assert_eq!(runtime.block_on(within(&done, Duration::from_millis(5))), None);
        done.complete(7);
        assert_eq!(runtime.block_on(within(&done, Duration::MAX)), Some(7));
    }
}
