//! The logger for the crate `log`.

mod candidate;
mod install_error;
mod key_values;
mod logger;

pub use install_error::InstallError;
pub use logger::LogLogger;

use crate::Client;

impl Client {
    /// A logger for the crate `log`: every record becomes an event.
    ///
    /// ```no_run
    /// # use jkool_client::Client;
    /// let client = Client::from_env()?;
    /// let _guard = client.guard();
    /// client.log_logger().install()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// The guard belongs into `main`: a global logger is never dropped, so without it what is still queued at the end of
    /// the program is lost. To keep another logger, such as one that prints, [wrap](LogLogger::wrap) it.
    ///
    /// # What becomes of what
    ///
    /// | of a record | becomes |
    /// |---|---|
    /// | target | `operation` and the channel |
    /// | level | `severity`: `TRACE`, `DEBUG`, `INFO`, `WARNING`, `ERROR` |
    /// | message | `msg-text` |
    /// | file and line | `location` |
    /// | thread | `tid`, and a property `thread.name` if it has a name |
    /// | a value `error`, `err` or `exception` that is an error or a text | `exception`, an error with all its causes |
    /// | any other value | a property of its type |
    ///
    /// Values of the names `jkool.corr_id`, `jkool.location`, `jkool.user`, `jkool.resource`, `jkool.operation`,
    /// `jkool.tracking_id`, `jkool.comp_code`, `jkool.reason_code` and `jkool.msg_tag` decorate the event instead:
    /// `log::info!("jkool.corr_id" = order; "order processed")`.
    pub fn log_logger(&self) -> LogLogger {
        LogLogger::new(self.clone())
    }
}
