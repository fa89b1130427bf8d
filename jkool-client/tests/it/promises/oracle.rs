//! Knows what was promised, and judges what arrived.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use jkool_client::{Client, Entity, Event, Logger, SendError, SendErrorKind, Severity, State, Timestamp};
use serde_json::{Value, json};

use crate::PATIENCE;

/// Makes events that cannot be confused or changed unseen, and keeps a book of what became an obligation.
///
/// The rule of the book: an event is claimed when it is accepted, never before and never after. What was handed back
/// must not arrive at all.
#[derive(Default)]
pub(crate) struct Oracle {
    book: Mutex<Book>,
}

#[derive(Default)]
struct Book {
    next: u64,
    claimed: BTreeSet<u64>,
    /// What may arrive, but need not.
    permitted: Vec<Range<u64>>,
}

/// What the oracle found when it compared its book with what arrived.
#[derive(Debug)]
pub(crate) struct Judgement {
    pub(crate) obligations: usize,
    pub(crate) missing: Vec<u64>,
    altered: Vec<String>,
    invented: Vec<String>,
    pub(crate) duplicates: usize,
    /// The order in which first copies arrived.
    first_copies: Vec<u64>,
}

/// Whoever takes events.
pub(crate) trait Intake {
    fn offer(&self, entity: Entity) -> Result<(), SendError>;
}

impl Intake for Client {
    fn offer(&self, entity: Entity) -> Result<(), SendError> {
        self.send(entity)
    }
}

impl Intake for Logger {
    fn offer(&self, entity: Entity) -> Result<(), SendError> {
        self.send(entity)
    }
}

impl Oracle {
    /// The event with this number, the same each time: long and short, with all that needs escaping.
    pub(crate) fn event(id: u64) -> Event {
        Event::new(format!("promise-{id}"))
            .message(message(id))
            .tracking_id(tracking_id(id))
            .time(Timestamp::from_micros(time(id)))
            .source_fqn("APPL=Oracle")
            .severity(Severity::Warning)
            .correlator(format!("\"{id}\""))
            .pid(7)
    }

    /// Offers one more event. What is handed back is no obligation.
    pub(crate) fn offer(&self, intake: &impl Intake) -> Result<(), SendErrorKind> {
        let id = self.next_id();
        match intake.offer(Self::event(id).into()) {
            Ok(()) => {
                self.claim(id);
                Ok(())
            }
            Err(error) => Err(error.kind().clone()),
        }
    }

    /// Sends so many events more, one after the other; waits for room where the queue has none.
    pub(crate) fn send_all(&self, intake: &impl Intake, events: usize) {
        for _ in 0..events {
            let id = self.next_id();
            let mut entity = Entity::from(Self::event(id));
            let deadline = Instant::now() + PATIENCE;
            while let Err(error) = intake.offer(entity) {
                assert!(matches!(error.kind(), SendErrorKind::QueueFull), "{error}");
                assert!(Instant::now() < deadline, "the queue stays full");
                std::thread::sleep(std::time::Duration::from_millis(1)); // poll: for room in the queue
                entity = error.into_entity();
            }
            self.claim(id);
        }
    }

    /// Sends a fresh event, and waits until it is delivered: whatever happened before, streaming works.
    pub(crate) fn prove_alive(&self, client: &Client) {
        let id = self.next_id();
        let receipt = client.send_tracked(Self::event(id)).unwrap();
        self.claim(id);
        let fate = receipt.wait(State::Delivered, PATIENCE).unwrap();
        assert!(fate.is_success(), "a fresh event does not flow: {fate:?}");
    }

    /// Compares what arrived with the book.
    pub(crate) fn judge<B: AsRef<[u8]>>(&self, bodies: impl IntoIterator<Item = B>) -> Judgement {
        let book = self.lock();
        let mut copies: HashMap<u64, usize> = HashMap::new();
        let mut judgement = Judgement {
            obligations: book.claimed.len(),
            missing: Vec::new(),
            altered: Vec::new(),
            invented: Vec::new(),
            duplicates: 0,
            first_copies: Vec::new(),
        };
        for body in bodies {
            let text = String::from_utf8_lossy(body.as_ref());
            let arrived: Option<Value> = serde_json::from_str(&text).ok();
            let Some(id) = arrived.as_ref().and_then(id_of) else {
                judgement.invented.push(text.into_owned());
                continue;
            };
            let is_permitted = || book.permitted.iter().any(|range| range.contains(&id));
            if !book.claimed.contains(&id) && !is_permitted() {
                judgement.invented.push(text.into_owned());
                continue;
            }
            if arrived != Some(expected(id)) {
                judgement.altered.push(text.into_owned());
            }
            let count = copies.entry(id).or_default();
            *count += 1;
            if *count == 1 {
                judgement.first_copies.push(id);
            } else {
                judgement.duplicates += 1;
            }
        }
        judgement.missing = book
            .claimed
            .iter()
            .filter(|id| !copies.contains_key(id))
            .copied()
            .collect();
        judgement
    }

    /// Permits these events, which somebody else sends: they may arrive. Those that [`claim`](Self::claim) names must.
    #[cfg(all(feature = "http", feature = "spool"))]
    pub(crate) fn permit(&self, ids: Range<u64>) {
        let mut book = self.lock();
        book.next = book.next.max(ids.end);
        book.permitted.push(ids);
    }

    fn next_id(&self) -> u64 {
        let mut book = self.lock();
        book.next += 1;
        book.next
    }

    /// The event of this number is an obligation from now on.
    pub(crate) fn claim(&self, id: u64) {
        self.lock().claimed.insert(id);
    }

    fn lock(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Judgement {
    /// Everything promised is there as it was given, and nothing else.
    #[track_caller]
    pub(crate) fn assert_kept(&self) {
        let Self {
            obligations,
            missing,
            altered,
            invented,
            ..
        } = self;
        assert!(
            missing.is_empty() && altered.is_empty() && invented.is_empty(),
            "of {obligations} obligations: {} missing {:?}, {} altered {:?}, {} invented {:?}",
            missing.len(),
            missing.first(),
            altered.len(),
            altered.first(),
            invented.len(),
            invented.first(),
        );
        assert!(*obligations > 0, "nothing was promised, so nothing was proven");
    }

    /// First copies came in the order of acceptance.
    #[track_caller]
    pub(crate) fn assert_in_order(&self) {
        let fault = self.first_copies.windows(2).find(|pair| pair[0] >= pair[1]);
        assert_eq!(fault, None, "a later event overtook an earlier one");
    }
}

fn id_of(arrived: &Value) -> Option<u64> {
    arrived["operation"]
        .as_str()?
        .strip_prefix("promise-")?
        .parse()
        .ok()
}

/// What must arrive for this event, written down without the encoder.
fn expected(id: u64) -> Value {
    json!({
        "operation": format!("promise-{id}"),
        "type": "EVENT",
        "msg-text": message(id),
        "tracking-id": tracking_id(id),
        "time-usec": time(id),
        "source-fqn": "APPL=Oracle",
        "severity": "WARNING",
        "corrid": [format!("\"{id}\"")],
        "pid": 7,
    })
}

fn message(id: u64) -> String {
    const PIECES: [&str; 8] = [
        "plain words ",
        "\"quoted\" ",
        "back\\slash ",
        "line\nfeed\r\n",
        "\u{1}\u{1f}\u{7f} ",
        "äöüß ",
        "😀👩‍👩‍👧 ",
        "{\"json\":[1,2]} ",
    ];
    let mut bits = mixed(id);
    let pieces = bits % 24;
    (0..=pieces)
        .map(|_| {
            bits = mixed(bits);
            PIECES[(bits % 8) as usize]
        })
        .collect()
}

fn tracking_id(id: u64) -> String {
    format!("{:016x}-{id}", mixed(id))
}

fn time(id: u64) -> i64 {
    1_457_524_800_000_000 + i64::try_from(id).unwrap()
}

/// SplitMix64: bits that look random, the same for the same number.
pub(crate) fn mixed(number: u64) -> u64 {
    let mut bits = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// An oracle that sees nothing proves nothing.
mod tests {
    use jkool_client::transport::testing::Recording;

    use super::*;

    #[test]
    fn sees_each_kind_of_broken_promise() {
        let recording = Recording::new();
        let client = Client::builder().transport(recording.clone()).build().unwrap();
        let oracle = Oracle::default();
        oracle.send_all(&client, 50);
        oracle.prove_alive(&client);
        let honest = recording.bodies();
        let judgement = oracle.judge(&honest);
        judgement.assert_kept();
        judgement.assert_in_order();
        assert_eq!((judgement.obligations, judgement.duplicates), (51, 0));

        assert_eq!(oracle.judge(&honest[1..]).missing, [1]);
        let mut bodies = honest.clone();
        bodies[7] = bodies[7].replace("WARNING", "ERROR");
        assert_eq!(oracle.judge(&bodies).altered.len(), 1);
        bodies[7] = bodies[7].replace("promise-8", "promise-9999");
        bodies[8] = bodies[8].split_at(20).0.to_owned();
        let judgement = oracle.judge(&bodies);
        assert_eq!((judgement.invented.len(), judgement.missing), (2, vec![8, 9]));
        bodies.clone_from(&honest);
        bodies.push(honest[3].clone());
        assert_eq!(oracle.judge(&bodies).duplicates, 1);
        bodies.swap(0, 1);
        assert_eq!(oracle.judge(&bodies).first_copies[..2], [2, 1]);
    }

    #[test]
    fn what_was_handed_back_may_not_arrive() {
        let recording = Recording::new();
        let client = Client::builder().transport(recording.clone()).build().unwrap();
        client.close(PATIENCE).unwrap();
        let oracle = Oracle::default();
        assert!(matches!(oracle.offer(&client), Err(SendErrorKind::Closed)));
        let arrived = serde_json::to_string(&expected(1)).unwrap();
        assert_eq!(oracle.judge([arrived]).invented.len(), 1);
    }
}
