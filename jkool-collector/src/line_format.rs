//! Readable lines: one entity each, aligned, escaped, coloured if wanted.

use std::fmt::Write;

use anstyle::{AnsiColor, Effects, Style};
use jkool_model::{Entity, Severity, Timestamp};

use crate::Escaped;
use crate::line_words::{Mark, Summary, Word};

/// Writes entities as lines for people: the time (UTC), the severity, the kind, the operation or name, then whatever
/// else the entity says. Columns are aligned, and control characters from the wire are escaped, so that an entity can
/// neither forge a line nor command the terminal. Numbers whose value type is a time or a size in bytes are shown with
/// their unit, rounded where that makes them readable.
///
/// ```
/// use jkool_collector::LineFormat;
/// use jkool_model::{Event, Timestamp};
///
/// let event = Event::new("PlaceOrder")
///     .time(Timestamp::from_micros(1_700_000_000_123_456))
///     .message("order processed")
///     .correlator("order-4711");
/// assert_eq!(
///     LineFormat::new().line(&event.into()),
///     "22:13:20.123Z INFO     event    PlaceOrder     order processed corr=order-4711",
/// );
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct LineFormat {
    colour: bool,
    width: Option<usize>,
}

const OPERATION_COLUMNS: usize = 14;
const INDENT: usize = 14;

impl LineFormat {
    /// No colours, and one line per entity however long.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether to colour with ANSI sequences. Default: no.
    pub fn colour(mut self, colour: bool) -> Self {
        self.colour = colour;
        self
    }

    /// Breaks lines before this many columns and indents what follows, as suits a terminal. Default: never.
    pub fn width(mut self, columns: Option<usize>) -> Self {
        self.width = columns;
        self
    }

    /// The line of an entity, without a line break at its end.
    #[must_use]
    pub fn line(&self, entity: &Entity) -> String {
        let Summary {
            time,
            severity,
            kind,
            name,
            words,
        } = Summary::of(entity);
        let mut line = Line {
            text: String::new(),
            column: 0,
            format: self,
        };
        line.cell(
            &time.map(time_of_day).unwrap_or_default(),
            13,
            style_of(Mark::Quiet),
        );
        line.cell(
            severity.map_or("", Severity::as_str),
            8,
            severity.map_or(Style::new(), style_of_severity),
        );
        line.cell(&kind, 8, style_of(Mark::Quiet));
        line.cell(&name, OPERATION_COLUMNS, style_of(Mark::Strong));
        for word in &words {
            line.word(word);
        }
        line.text.truncate(line.text.trim_end().len());
        line.text
    }
}

/// A line that grows.
struct Line<'a> {
    text: String,
    column: usize,
    format: &'a LineFormat,
}

impl Line<'_> {
    /// Appends an aligned cell.
    fn cell(&mut self, text: &str, columns: usize, style: Style) {
        if self.column > 0 {
            self.plain(" ");
        }
        let shown = Escaped(text).to_string();
        let used = shown.chars().count();
        self.styled(&shown, style);
        self.plain(&" ".repeat(columns.saturating_sub(used)));
    }

    /// Appends a word, on a new line if it does not fit into this one.
    fn word(&mut self, word: &Word) {
        let needed = 1 + word.columns();
        match self.format.width {
            Some(width) if self.column + needed > width && self.column > INDENT => {
                self.text.truncate(self.text.trim_end_matches(' ').len());
                self.text.push('\n');
                self.column = 0;
                self.plain(&" ".repeat(INDENT));
            }
            _ => self.plain(" "),
        }
        self.styled(&word.key, style_of(Mark::Quiet));
        self.styled(&word.text, style_of(word.mark));
    }

    fn plain(&mut self, text: &str) {
        self.text.push_str(text);
        self.column += text.len();
    }

    fn styled(&mut self, text: &str, style: Style) {
        if self.format.colour && !text.is_empty() && style != Style::new() {
            let _ = write!(self.text, "{style}{text}{style:#}");
        } else {
            self.text.push_str(text);
        }
        self.column += text.chars().count();
    }
}

fn style_of(mark: Mark) -> Style {
    match mark {
        Mark::Plain => Style::new(),
        Mark::Quiet => Style::new().effects(Effects::DIMMED),
        Mark::Strong => Style::new().effects(Effects::BOLD),
        Mark::Alarming => AnsiColor::Red.on_default(),
    }
}

fn style_of_severity(severity: Severity) -> Style {
    match severity {
        Severity::None | Severity::Trace => style_of(Mark::Quiet),
        Severity::Debug => AnsiColor::Blue.on_default(),
        Severity::Info => AnsiColor::Green.on_default(),
        Severity::Notice => AnsiColor::Cyan.on_default(),
        Severity::Warning => AnsiColor::Yellow.on_default(),
        Severity::Error | Severity::Failure => AnsiColor::Red.on_default(),
        _ => AnsiColor::Red.on_default().effects(Effects::BOLD),
    }
}

/// The time of day in UTC, to the millisecond.
fn time_of_day(time: Timestamp) -> String {
    let millis = time.as_micros().div_euclid(1000).rem_euclid(24 * 60 * 60 * 1000);
    let seconds = millis / 1000;
    format!(
        "{:02}:{:02}:{:02}.{:03}Z",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60,
        millis % 1000
    )
}

#[cfg(test)]
mod tests {
    use jkool_model::{Activity, ActivityStatus, Dataset, Event, LogEntry, OperationType, Snapshot};

    use super::*;

    const NOON: Timestamp = Timestamp::from_micros(1_700_049_600_000_999);

    fn order() -> Entity {
        Event::new("PlaceOrder")
            .time(NOON)
            .operation_type(OperationType::Receive)
            .severity(Severity::Error)
            .message("card declined")
            .correlators(["order-4711", "session 9"])
            .location("Atlanta, GA")
            .exception("Declined: limit")
            .reason_code(5)
            .parent_id("0198c6f2-0000-7000-8000-0123456789ab".to_owned())
            .property("order-no", 4711)
            .snapshot(
                Snapshot::new("Payment")
                    .category("Order")
                    .property("amount", 99.5)
                    .property("by", "card"),
            )
            .into()
    }

    #[test]
    fn one_line_says_everything() {
        assert_eq!(
            LineFormat::new().line(&order()),
            "12:00:00.000Z ERROR    receive  PlaceOrder     card declined exception=\"Declined: limit\" reason=5 \
             corr=order-4711,\"session 9\" parent=…456789ab location=\"Atlanta, GA\" order-no=4711 \
             Payment@Order{amount=99.5 by=card}"
        );
    }

    #[test]
    fn lines_are_broken_and_indented() {
        let lines = LineFormat::new().width(Some(80)).line(&order());
        assert!(lines.lines().count() > 2, "{lines}");
        for line in lines.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
        assert!(
            lines
                .lines()
                .skip(1)
                .all(|line| line.starts_with("              ")),
            "{lines}"
        );
        let unbroken: Vec<&str> = lines.split_whitespace().collect();
        let line = LineFormat::new().line(&order());
        assert_eq!(unbroken, line.split_whitespace().collect::<Vec<_>>());
    }

    #[test]
    fn each_kind_has_its_line() {
        let line = |entity: Entity| LineFormat::new().line(&entity);
        let activity = Activity::new("Fulfil")
            .time(NOON)
            .tracking_id("0198c6f2-0000-7000-8000-0123456789ab".to_owned())
            .status(ActivityStatus::End)
            .elapsed(std::time::Duration::from_micros(1500))
            .member("a".to_owned())
            .member("b".to_owned());
        assert_eq!(
            line(activity.into()),
            "12:00:00.000Z INFO     activity Fulfil         END members=2 id=…456789ab elapsed=1.5ms"
        );
        let snapshot = Snapshot::new("Memory")
            .category("Java")
            .time(NOON)
            .property("UsedBytes", 12_u32);
        assert_eq!(
            line(snapshot.into()),
            "12:00:00.000Z          snapshot Memory@Java    UsedBytes=12"
        );
        let dataset = Dataset::new("prices")
            .time(NOON)
            .property("gold", 1.5)
            .property("note", "a b");
        assert_eq!(
            line(dataset.into()),
            "12:00:00.000Z          dataset  prices         gold=1.5 note=\"a b\""
        );
        let entry = LogEntry::new("started").time(NOON);
        assert_eq!(
            line(entry.into()),
            "12:00:00.000Z INFO     log                     started"
        );
    }

    #[test]
    fn nothing_from_the_wire_reaches_the_terminal_raw() {
        let event = Event::new("op\u{1b}[2J")
            .message("one\ntwo\u{7}\u{202e}")
            .correlator("c\u{1b}]0;x\u{7}")
            .property("p\r", "v\u{9b}");
        for format in [LineFormat::new(), LineFormat::new().width(Some(40))] {
            let line = format.line(&event.clone().into());
            assert!(
                line.chars().all(|shown| !shown.is_control() || shown == '\n'),
                "{line:?}"
            );
            assert!(line.contains("one\\ntwo\\u{7}\\u{202e}"), "{line}");
        }
    }

    #[test]
    fn colours_only_if_wanted() {
        assert!(!LineFormat::new().line(&order()).contains('\u{1b}'));
        let coloured = LineFormat::new().colour(true).line(&order());
        assert!(coloured.contains("\u{1b}[31mERROR\u{1b}[0m"), "{coloured:?}");
    }
}
