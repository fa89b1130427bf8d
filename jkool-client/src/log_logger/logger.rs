//! The logger itself.

use std::fmt;
use std::time::Duration;

use jkool_model::{EntityKind, Severity};
use log::{Level, LevelFilter, Log, Metadata, Record};

use super::InstallError;
use super::candidate::NewRecord;
use super::key_values::{are_planned, plans_of, write_pairs};
use crate::capture::{
    Callsite, Entered, EventWriter, FieldPlan, FieldValue, Options, Outlet, Template, TemplateTable,
    capture_setters, with_buffers,
};
use crate::filter::Passed;
use crate::{Client, FilterReason};

/// Streams what the crate `log` records: every record as an event.
///
/// Made by [`Client::log_logger`](crate::Client::log_logger), which tells how to use it.
#[must_use = "a logger does nothing until it is installed"]
pub struct LogLogger {
    outlet: Outlet,
    options: Options,
    flush_timeout: Duration,
    wrapped: Option<Box<dyn Log>>,
    templates: TemplateTable,
    message: FieldPlan,
}

impl LogLogger {
    pub(crate) fn new(client: Client) -> Self {
        let outlet = Outlet::new(client);
        LogLogger {
            options: Options::new(outlet.filters().levels.clone()),
            flush_timeout: Duration::from_secs(2),
            wrapped: None,
            templates: TemplateTable::new(),
            message: FieldPlan::of_event(outlet.encoder(), "message"),
            outlet,
        }
    }

    capture_setters!();

    /// Passes every record on to another logger too, which has its own opinion on what it takes. Default: none.
    pub fn wrap(mut self, logger: impl Log + 'static) -> Self {
        self.wrapped = Some(Box::new(logger));
        self
    }

    /// How long `log::logger().flush()` may take to deliver what is queued. Default: 2 s.
    pub fn flush_timeout(mut self, timeout: Duration) -> Self {
        self.flush_timeout = timeout;
        self
    }

    /// Makes this the logger of the program, and lets pass what the lowest of its levels lets pass. With a
    /// [wrapped](Self::wrap) logger everything passes, since that one may want more; set `log::set_max_level` afterwards
    /// to the lowest level that is wanted.
    ///
    /// # Errors
    ///
    /// The program has a logger already.
    pub fn install(self) -> Result<(), InstallError> {
        let level = match self.wrapped {
            Some(_) => LevelFilter::Trace,
            None => level_filter(self.options.levels.lowest()),
        };
        log::set_boxed_logger(Box::new(self)).map_err(|_| InstallError)?;
        log::set_max_level(level);
        Ok(())
    }

    fn send(&self, record: &Record<'_>) {
        let severity = severity(record.level());
        let Some(_entered) = Entered::new() else { return };
        if !self.options.levels.passes(record.target(), severity) {
            return self.outlet.count_filtered(FilterReason::Level);
        }
        let Ok(passed) = self.outlet.judge(&NewRecord { record, severity }) else {
            return;
        };
        let (Some(file), Some(line)) = (record.file_static(), record.line()) else {
            return self.write(record, &self.new_template(record, severity), passed);
        };
        // Files are some bytes long, so that lines of one file and the starts of others never meet.
        let place = file
            .as_ptr()
            .addr()
            .wrapping_mul(1 << 20)
            .wrapping_add(line as usize);
        let template = self.templates.get(place, || self.new_template(record, severity));
        if &*template.channel.name == record.target()
            && template.severity == severity
            && are_planned(&template.fields, record.key_values())
        {
            self.write(record, template, passed);
        } else {
            // A target or names made at run time: there may be any number of them.
            self.write(record, &self.new_template(record, severity), passed);
        }
    }

    fn new_template(&self, record: &Record<'_>, severity: Severity) -> Template {
        let target = record.target();
        let callsite = Callsite {
            kind: EntityKind::Event,
            target,
            operation: target,
            severity,
            file: record.file(),
            line: record.line(),
        };
        let fields = plans_of(self.outlet.encoder(), record.key_values());
        Template::new(&self.outlet, &self.options, callsite, fields)
    }

    fn write(&self, record: &Record<'_>, template: &Template, passed: Passed) {
        with_buffers(|buffers| {
            let encoder = self.outlet.encoder();
            let mut writer = EventWriter::begin(encoder, &self.options, template, buffers);
            self.outlet.tell_suppressed(&mut writer, passed);
            writer.planned(&self.message, FieldValue::Display(record.args()));
            write_pairs(&mut writer, record.key_values());
            writer.finish(None);
            self.outlet
                .offer(&buffers.out, EntityKind::Event, &template.channel, passed);
        });
    }
}

impl Log for LogLogger {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.options
            .levels
            .passes(metadata.target(), severity(metadata.level()))
            || self
                .wrapped
                .as_ref()
                .is_some_and(|logger| logger.enabled(metadata))
    }

    fn log(&self, record: &Record<'_>) {
        self.send(record);
        if let Some(logger) = &self.wrapped {
            logger.log(record);
        }
    }

    fn flush(&self) {
        // There is nobody to tell; what is left stays on its way.
        let _ = self.outlet.client().flush(self.flush_timeout);
        if let Some(logger) = &self.wrapped {
            logger.flush();
        }
    }
}

impl fmt::Debug for LogLogger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogLogger")
            .field("endpoint", self.outlet.client().endpoint())
            .field("levels", &self.options.levels)
            .field("flush_timeout", &self.flush_timeout)
            .field("is_wrapping", &self.wrapped.is_some())
            .finish_non_exhaustive()
    }
}

fn severity(level: Level) -> Severity {
    match level {
        Level::Trace => Severity::Trace,
        Level::Debug => Severity::Debug,
        Level::Info => Severity::Info,
        Level::Warn => Severity::Warning,
        Level::Error => Severity::Error,
    }
}

/// The filter that lets pass what is at least this severe.
fn level_filter(lowest: Severity) -> LevelFilter {
    match lowest {
        Severity::None | Severity::Trace => LevelFilter::Trace,
        Severity::Debug => LevelFilter::Debug,
        Severity::Info => LevelFilter::Info,
        Severity::Notice | Severity::Warning => LevelFilter::Warn,
        Severity::Error => LevelFilter::Error,
        _ => LevelFilter::Off,
    }
}
