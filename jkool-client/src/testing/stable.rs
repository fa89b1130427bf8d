//! Takes out of encoded entities what differs from run to run.

use std::collections::HashMap;

use jkool_model::{Entity, Timestamp};

/// The names of the fields whose values are read from the clock.
const TIMES: [&str; 3] = ["\"time-usec\":", "\"start-time-usec\":", "\"end-time-usec\":"];

/// The length of a UUID with hyphens.
const ID_LENGTH: usize = 36;

/// Numbers the ids that were made between `start` and `end`, and sets the times of that span to the epoch.
pub(super) fn bodies(bodies: Vec<String>, start: Timestamp, end: Timestamp) -> Vec<String> {
    let mut numbers = HashMap::new();
    for body in &bodies {
        let id = Entity::from_json(body.as_bytes())
            .ok()
            .and_then(|entity| entity.tracking_id().map(ToString::to_string));
        if let Some(id) = id.filter(|id| is_made_between(id, start, end)) {
            let number = numbers.len() + 1;
            numbers.entry(id).or_insert(number);
        }
    }
    bodies
        .iter()
        .map(|body| without_times(&with_numbers(body, &numbers), start, end))
        .collect()
}

/// Whether this is a UUID of version 7 of a millisecond between the two.
fn is_made_between(id: &str, start: Timestamp, end: Timestamp) -> bool {
    let digits: String = id.chars().filter(|character| *character != '-').collect();
    let is_uuid = id.len() == ID_LENGTH && digits.len() == 32 && digits.get(12..13) == Some("7");
    let millis = digits
        .get(..12)
        .and_then(|digits| i64::from_str_radix(digits, 16).ok());
    is_uuid
        && millis.is_some_and(|millis| start.as_micros() / 1000 <= millis && millis <= end.as_micros() / 1000)
}

fn with_numbers(body: &str, numbers: &HashMap<String, usize>) -> String {
    let mut result = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(first) = rest.chars().next() {
        let id = rest.get(..ID_LENGTH).and_then(|id| Some((id, numbers.get(id)?)));
        let taken = match id {
            Some((id, number)) => {
                result.push_str(&format!("id-{number}"));
                id.len()
            }
            None => {
                result.push(first);
                first.len_utf8()
            }
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    result
}

/// Inside a text the quotes of such a name have a backslash before them, so that no text is changed.
fn without_times(body: &str, start: Timestamp, end: Timestamp) -> String {
    let mut result = body.to_owned();
    for name in TIMES {
        let mut parts = result.split(name);
        let mut changed = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            changed.push_str(name);
            let digits = part.bytes().take_while(u8::is_ascii_digit).count();
            let (number, rest) = part.split_at(digits);
            let is_clock = number
                .parse()
                .is_ok_and(|micros| (start.as_micros()..=end.as_micros()).contains(&micros));
            changed.push_str(if is_clock { "0" } else { number });
            changed.push_str(rest);
        }
        result = changed;
    }
    result
}
