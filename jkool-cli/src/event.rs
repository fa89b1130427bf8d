//! From the command line to an event.

use std::time::Duration;

use jkool_client::{Event, Timestamp, TrackingId};

use crate::args::{DecorationArgs, DialectArg};

/// Builds the event. In TNT4PY's dialect it is as bare as TNT4PY's command line sends it: operation, type, message, and
/// what was asked for; else it has an identity, a time and a severity as well.
pub(crate) fn event(message: Option<String>, said: DecorationArgs, dialect: DialectArg) -> Event {
    let mut event = match dialect {
        DialectArg::Tnt4j => Event::new(said.operation),
        DialectArg::Tnt4py => Event::bare().operation(said.operation),
    };
    macro_rules! set {
        ($($value:expr => $setter:ident),+ $(,)?) => { $(
            if let Some(value) = $value {
                event = event.$setter(value);
            }
        )+ };
    }
    set! {
        message => message,
        said.severity => severity,
        said.location => location,
        said.user => user,
        said.resource => resource,
        said.exception => exception,
        said.comp_code => completion_code,
        said.reason_code => reason_code,
        said.tracking_id.map(TrackingId::from) => tracking_id,
        said.parent_id.map(TrackingId::from) => parent_id,
        said.time_usec.map(Timestamp::from_micros) => time,
        said.start_time_usec.map(Timestamp::from_micros) => start_time,
        said.end_time_usec.map(Timestamp::from_micros) => end_time,
        said.elapsed_time_usec.map(Duration::from_micros) => elapsed,
        said.wait_time_usec.map(Duration::from_micros) => wait_time,
        said.source_url => source_url,
        said.pid => pid,
        said.tid => tid,
        said.msg_size => message_size,
        said.encoding => encoding,
        said.charset => charset,
        said.mime_type => mime_type,
        said.msg_age_usec.map(Duration::from_micros) => message_age,
    }
    event = event.correlators(said.corr_id).tags(said.msg_tag);
    event = said.property.into_iter().fold(event, Event::add_property);
    said.snapshot.into_iter().fold(event, Event::snapshot)
}
