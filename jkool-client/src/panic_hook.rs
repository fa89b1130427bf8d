//! Tells of panics before the program ends.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::fmt;
use std::panic::PanicHookInfo;
use std::thread;
use std::time::Duration;

use jkool_model::{Event, Severity};

use crate::filter::BeforeSend;
use crate::text_cut::beginning;
use crate::{Client, is_silenced};

/// Longer messages and backtraces are cut.
const MAX_BYTES: usize = 256 << 10;

/// Sends an event for every panic, then does what the program did before; see
/// [`Client::panic_hook`](crate::Client::panic_hook).
#[must_use = "a panic hook does nothing until it is installed"]
pub struct PanicHook {
    client: Client,
    flush_timeout: Duration,
}

impl Client {
    /// A hook that tells of every panic: an event `panic` of severity FATAL, with the message, the location in the code,
    /// and the backtrace if `RUST_BACKTRACE` asks for one. The [filters](crate::ClientBuilder#filters) hold for it, but for
    /// sampling.
    ///
    /// ```no_run
    /// # use jkool_client::Client;
    /// let client = Client::from_env()?;
    /// let _guard = client.guard();
    /// client.panic_hook().install();
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn panic_hook(&self) -> PanicHook {
        PanicHook {
            client: self.clone(),
            flush_timeout: Duration::from_millis(500),
        }
    }
}

impl PanicHook {
    /// How long each panic may take to deliver what is queued, since it may be the last thing the program does. It
    /// blocks the thread that panics. Default: 500 ms.
    pub fn flush_timeout(mut self, timeout: Duration) -> Self {
        self.flush_timeout = timeout;
        self
    }

    /// Installs the hook for the whole program. The hook that was there runs afterwards, so that one that ends the
    /// process comes last.
    ///
    /// Panics of the client's own threads, which are contained and counted, are left to that one alone.
    pub fn install(self) {
        if thread::panicking() {
            // The standard library would panic again.
            return;
        }
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            self.tell(info);
            before(info);
        }));
    }

    /// Runs inside a panic: another one here would end the process at once, so no code of the host is called on this
    /// thread.
    fn tell(&self, info: &PanicHookInfo<'_>) {
        if is_silenced() {
            return;
        }
        let payload = info.payload();
        let text = payload.downcast_ref::<&'static str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        let message = beginning(text.unwrap_or("a panic without a text"), MAX_BYTES).to_owned();
        let mut exception = match info.location() {
            Some(location) => format!("{message}\nat {location}"),
            None => message.clone(),
        };
        let backtrace = Backtrace::capture();
        if backtrace.status() == BacktraceStatus::Captured {
            exception.push('\n');
            exception.push_str(&backtrace.to_string());
        }
        let mut event = Event::new("panic")
            .severity(Severity::Fatal)
            .message(message)
            .exception(beginning(&exception, MAX_BYTES).to_owned());
        if let Some(location) = info.location() {
            event = event.location(format!("{}:{}", location.file(), location.line()));
        }
        if let Some(name) = thread::current().name() {
            event = event.property("thread.name", name.to_owned());
        }
        // There is nobody to tell of a failure here; the program has other worries, and it is counted.
        self.send(event);
        let _ = self.client.flush(self.flush_timeout);
    }

    /// Sends the event, whatever is sampled.
    fn send(&self, event: Event) {
        let handle = &self.client.handle;
        let send = || {
            let _ = handle
                .intake
                .send_member(event.into(), &handle.origin, Some(true));
        };
        if handle.intake.filters.before_send.is_none() || BeforeSend::is_at_work() {
            return send();
        }
        // The host's hook is asked on a thread of its own, where it may panic.
        thread::scope(|scope| {
            let asking = thread::Builder::new().name("jkool-panic".to_owned());
            if let Ok(asking) = asking.spawn_scoped(scope, send) {
                let _ = asking.join();
            }
        });
    }
}

impl fmt::Debug for PanicHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PanicHook")
            .field("flush_timeout", &self.flush_timeout)
            .finish_non_exhaustive()
    }
}
