//! What a readable line says about an entity, in words.

use std::time::Duration;

use jkool_model::{
    CompletionCode, Entity, Message, OperationType, Property, Severity, Snapshot, Timestamp, TrackingId,
};

use crate::Escaped;
use crate::property_text::property_text;

/// What there is to show of an entity. Words are escaped; the head is escaped when it is laid out.
#[derive(Debug)]
pub(crate) struct Summary {
    pub(crate) time: Option<Timestamp>,
    pub(crate) severity: Option<Severity>,
    /// The type, in small letters: it is not shouted, as the severity is.
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) words: Vec<Word>,
}

/// A piece of a line that is not broken.
#[derive(Debug)]
pub(crate) struct Word {
    /// What comes before the text, such as `corr=`.
    pub(crate) key: String,
    pub(crate) text: String,
    pub(crate) mark: Mark,
}

/// How a word stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Plain,
    Quiet,
    Strong,
    Alarming,
}

impl Word {
    pub(crate) fn columns(&self) -> usize {
        self.key.chars().count() + self.text.chars().count()
    }
}

impl Summary {
    pub(crate) fn of(entity: &Entity) -> Self {
        match entity {
            Entity::Event(event) => {
                let mut summary = Self::new(event.get_operation_type());
                summary.message(event.get_message());
                summary.operation(event);
                summary.texts("tag", event.get_tags());
                summary.contents(event.get_properties(), event.get_snapshots());
                summary
            }
            Entity::LogEntry(entry) => {
                let mut summary = Self::new(OperationType::Log);
                summary.message(entry.get_message());
                summary.operation(entry);
                summary.texts("tag", entry.get_tags());
                summary.contents(entry.get_properties(), entry.get_snapshots());
                summary
            }
            Entity::Activity(activity) => {
                let mut summary = Self::new(OperationType::Activity);
                if let Some(status) = activity.get_status() {
                    summary.word("", status.to_string(), Mark::Plain);
                }
                if activity.get_member_count() > 0 {
                    summary.word("members=", activity.get_member_count().to_string(), Mark::Plain);
                }
                // Its members name it by the end of its id, so that is shown here too.
                if let Some(id) = activity.get_tracking_id() {
                    summary.word("id=", short(id), Mark::Plain);
                }
                summary.operation(activity);
                summary.contents(activity.get_properties(), activity.get_snapshots());
                summary
            }
            Entity::Snapshot(snapshot) => {
                let mut summary = Self::new(OperationType::Snapshot);
                summary.reading(snapshot);
                summary
            }
            Entity::Dataset(dataset) => {
                let mut summary = Self::new(OperationType::Dataset);
                summary.reading(dataset);
                summary
            }
            _ => Self::new(OperationType::Other),
        }
    }

    fn new(operation_type: OperationType) -> Self {
        let kind = operation_type.as_str().to_ascii_lowercase();
        Self {
            time: None,
            severity: None,
            kind,
            name: String::new(),
            words: Vec::new(),
        }
    }

    fn word(&mut self, key: &str, text: String, mark: Mark) {
        self.words.push(Word {
            key: key.to_owned(),
            text,
            mark,
        });
    }

    fn message(&mut self, message: Option<&Message>) {
        let text = match message {
            Some(Message::Text(text)) => Escaped(text).to_string(),
            Some(Message::Json(json)) => Escaped(json.as_str()).to_string(),
            _ => return,
        };
        for part in text.split([' ', '\t']).filter(|part| !part.is_empty()) {
            self.word("", part.to_owned(), Mark::Plain);
        }
    }

    fn operation(&mut self, operation: &impl Operation) {
        let seen = operation.seen();
        self.time = seen.time;
        self.severity = seen.severity;
        self.name = seen.name.unwrap_or_default().to_owned();
        if let Some(exception) = seen.exception {
            self.word("exception=", quoted(exception), Mark::Alarming);
        }
        match seen.completion_code {
            Some(CompletionCode::Success) | None => {}
            Some(code) => self.word("comp-code=", code.to_string(), Mark::Plain),
        }
        if let Some(reason) = seen.reason_code.filter(|reason| *reason != 0) {
            self.word("reason=", reason.to_string(), Mark::Plain);
        }
        if let Some(elapsed) = seen.elapsed {
            self.word("elapsed=", format!("{elapsed:?}"), Mark::Plain);
        }
        self.texts("corr", seen.correlators);
        self.parent(seen.parent_id);
        for (key, text) in [
            ("location=", seen.location),
            ("user=", seen.user),
            ("resource=", seen.resource),
        ] {
            if let Some(text) = text {
                self.word(key, quoted(text), Mark::Plain);
            }
        }
    }

    fn reading(&mut self, reading: &impl Reading) {
        let seen = reading.seen();
        self.time = seen.time;
        self.severity = seen.severity;
        self.name = title(seen.name, seen.category);
        self.parent(seen.parent_id);
        self.contents(seen.properties, &[]);
    }

    fn parent(&mut self, id: Option<&TrackingId>) {
        if let Some(id) = id {
            self.word("parent=", short(id), Mark::Plain);
        }
    }

    fn texts(&mut self, key: &str, texts: &[std::borrow::Cow<'static, str>]) {
        if !texts.is_empty() {
            let joined: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
            self.word(&format!("{key}="), joined.join(","), Mark::Plain);
        }
    }

    fn contents(&mut self, properties: &[Property], snapshots: &[Snapshot]) {
        self.properties(properties);
        for snapshot in snapshots {
            let title = Escaped(&title(snapshot.get_name(), snapshot.get_category())).to_string();
            let first = self.words.len();
            self.properties(snapshot.get_properties());
            match self.words.get_mut(first) {
                Some(word) => word.key.insert_str(0, &format!("{title}{{")),
                None => self.word(&format!("{title}{{"), String::new(), Mark::Plain),
            }
            if let Some(last) = self.words.last_mut() {
                last.text.push('}');
            }
        }
    }

    fn properties(&mut self, properties: &[Property]) {
        for property in properties {
            let key = format!("{}=", Escaped(property.name()));
            self.word(&key, property_text(property), Mark::Plain);
        }
    }
}

/// What lines show of events, activities and log entries alike.
struct SeenOperation<'a> {
    name: Option<&'a str>,
    time: Option<Timestamp>,
    severity: Option<Severity>,
    exception: Option<&'a str>,
    completion_code: Option<CompletionCode>,
    reason_code: Option<i64>,
    elapsed: Option<Duration>,
    correlators: &'a [std::borrow::Cow<'static, str>],
    parent_id: Option<&'a TrackingId>,
    location: Option<&'a str>,
    user: Option<&'a str>,
    resource: Option<&'a str>,
}

trait Operation {
    fn seen(&self) -> SeenOperation<'_>;
}

/// What lines show of snapshots and datasets alike.
struct SeenReading<'a> {
    name: Option<&'a str>,
    category: Option<&'a str>,
    time: Option<Timestamp>,
    severity: Option<Severity>,
    parent_id: Option<&'a TrackingId>,
    properties: &'a [Property],
}

trait Reading {
    fn seen(&self) -> SeenReading<'_>;
}

macro_rules! operations {
    ($($entity:ty),+) => { $(
        impl Operation for $entity {
            fn seen(&self) -> SeenOperation<'_> {
                SeenOperation {
                    name: self.get_operation(),
                    time: self.get_time(),
                    severity: self.get_severity(),
                    exception: self.get_exception(),
                    completion_code: self.get_completion_code(),
                    reason_code: self.get_reason_code(),
                    elapsed: self.get_elapsed(),
                    correlators: self.get_correlators(),
                    parent_id: self.get_parent_id(),
                    location: self.get_location(),
                    user: self.get_user(),
                    resource: self.get_resource(),
                }
            }
        }
    )+ };
}

macro_rules! readings {
    ($($entity:ty),+) => { $(
        impl Reading for $entity {
            fn seen(&self) -> SeenReading<'_> {
                SeenReading {
                    name: self.get_name(),
                    category: self.get_category(),
                    time: self.get_time(),
                    severity: self.get_severity(),
                    parent_id: self.get_parent_id(),
                    properties: self.get_properties(),
                }
            }
        }
    )+ };
}

operations!(jkool_model::Event, jkool_model::Activity, jkool_model::LogEntry);
readings!(Snapshot, jkool_model::Dataset);

fn title(name: Option<&str>, category: Option<&str>) -> String {
    let name = name.unwrap_or_default();
    category.map_or_else(|| name.to_owned(), |category| format!("{name}@{category}"))
}

/// The end of an id: enough to tell a few from each other, and where ids of one moment differ.
fn short(id: &TrackingId) -> String {
    let id = id.to_string();
    let count = id.chars().count();
    if count <= 12 {
        return Escaped(&id).to_string();
    }
    let end: String = id.chars().skip(count - 8).collect();
    format!("…{}", Escaped(&end))
}

/// The text, escaped; in quotes where its end would not be seen otherwise.
pub(crate) fn quoted(text: &str) -> String {
    let shown = Escaped(text).to_string();
    if shown.is_empty() || shown.contains([' ', '\t', '"', ',', '{', '}']) {
        format!("\"{}\"", shown.replace('"', "\\\""))
    } else {
        shown
    }
}
