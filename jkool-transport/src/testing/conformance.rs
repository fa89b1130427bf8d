//! The suite that every transport passes against a real far end.
#![expect(
    clippy::panic,
    clippy::expect_used,
    reason = "a failed case must fail the test that runs the suite"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use jkool_model::EntityKind;
use tokio::time::timeout;

use super::FarEnd;
use crate::{Batch, ErrorKind, Outcome, Record, Report, Transport, TransportError};

/// How long any single step may take. Only a hang is that slow.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs every case against `far_end`, one after the other; needs a tokio runtime with time and I/O.
///
/// # Panics
///
/// When the transport breaks a promise of the seam; the message names the case. This is a test.
pub async fn conformance(far_end: &dyn FarEnd) {
    let suite = Suite { far_end };
    suite.delivers_bodies_unchanged().await;
    suite.settles_each_record_of_a_batch().await;
    suite.takes_an_empty_batch().await;
    suite.overlaps_as_many_sends_as_it_says().await;
    suite.keeps_the_order_it_promises().await;
    suite.checks_without_an_event().await;
    if far_end.can_refuse() {
        suite.refuses_one_record_and_goes_on().await;
    }
    suite.tells_when_the_far_end_is_dark_and_recovers().await;
    suite.survives_a_cancelled_send().await;
    suite.sends_nothing_once_closed().await;
}

struct Suite<'a> {
    far_end: &'a dyn FarEnd,
}

impl Suite<'_> {
    async fn delivers_bodies_unchanged(&self) {
        let link = self.link().await;
        let large = format!(r#"{{"type":"EVENT","msg-text":"{}"}}"#, "x".repeat(64 << 10));
        let bodies = [
            r#"{"type":"EVENT","msg-text":"plain"}"#,
            r#"{"type":"EVENT","msg-text":"ü \u2028 😀"}"#,
            &large,
        ];
        for body in bodies {
            let outcomes = send(&*link, [record(body)])
                .await
                .expect("delivers_bodies_unchanged");
            self.expect_taken("delivers_bodies_unchanged", &outcomes);
        }
        self.expect_arrived(
            "delivers_bodies_unchanged",
            bodies.into_iter().map(ToOwned::to_owned),
        )
        .await;
    }

    async fn settles_each_record_of_a_batch(&self) {
        let link = self.link().await;
        let bodies = numbered("batch", link.limits().max_batch_records.min(50));
        let outcomes = send(&*link, bodies.iter().map(|body| record(body)))
            .await
            .expect("settles_each_record_of_a_batch");
        self.expect_taken("settles_each_record_of_a_batch", &outcomes);
        self.expect_arrived("settles_each_record_of_a_batch", bodies)
            .await;
    }

    async fn takes_an_empty_batch(&self) {
        let link = self.link().await;
        let outcomes = send(&*link, []).await.expect("takes_an_empty_batch");
        assert!(outcomes.is_empty(), "takes_an_empty_batch: {outcomes:?}");
    }

    async fn overlaps_as_many_sends_as_it_says(&self) {
        let link: Arc<dyn Transport> = Arc::from(self.link().await);
        let bodies = numbered("overlap", link.limits().max_sends.min(16));
        let mut sends = tokio::task::JoinSet::new();
        for body in &bodies {
            let (link, record) = (Arc::clone(&link), record(body));
            sends.spawn(async move { send(&*link, [record]).await });
        }
        while let Some(outcomes) = sends.join_next().await {
            let outcomes = outcomes
                .expect("overlaps_as_many_sends_as_it_says")
                .expect("overlaps_as_many_sends_as_it_says");
            self.expect_taken("overlaps_as_many_sends_as_it_says", &outcomes);
        }
        self.expect_arrived("overlaps_as_many_sends_as_it_says", bodies)
            .await;
    }

    async fn keeps_the_order_it_promises(&self) {
        let link: Arc<dyn Transport> = Arc::from(self.link().await);
        let (at_once, per_batch) = (
            link.limits().ordered_sends,
            link.limits().max_batch_records.min(4),
        );
        let bodies = numbered("order", 20 * per_batch);
        let mut running = std::collections::VecDeque::new();
        for chunk in bodies.chunks(per_batch) {
            if running.len() == at_once
                && let Some(first) = running.pop_front()
            {
                settled(first).await;
            }
            let (link, records) = (
                Arc::clone(&link),
                chunk.iter().map(|body| record(body)).collect::<Vec<_>>(),
            );
            // Polled once here, so that the calls begin in this order.
            let mut sending = Box::pin(async move { send(&*link, records).await });
            tokio::select! {
                biased;
                done = &mut sending => { done.expect("keeps_the_order_it_promises"); }
                () = std::future::ready(()) => running.push_back(tokio::spawn(sending)),
            }
        }
        for sending in running {
            settled(sending).await;
        }
        self.expect_arrived("keeps_the_order_it_promises", bodies.clone())
            .await;
        let arrived = self.far_end.received().await;
        let in_order = arrived
            .iter()
            .filter(|body| body.starts_with(br#"{"type":"EVENT","msg-text":"order "#));
        assert!(
            in_order.eq(bodies.iter().map(String::as_bytes)),
            "keeps_the_order_it_promises: {arrived:?}"
        );
    }

    async fn checks_without_an_event(&self) {
        let link = self.link().await;
        let before = self.far_end.received().await.len();
        let checked = timeout(PATIENCE, link.check())
            .await
            .expect("checks_without_an_event: hangs");
        checked.expect("checks_without_an_event");
        assert_eq!(
            self.far_end.received().await.len(),
            before,
            "checks_without_an_event: an event was sent"
        );
    }

    async fn refuses_one_record_and_goes_on(&self) {
        let link = self.link().await;
        self.far_end.refuse_next(1).await;
        let outcomes = send(&*link, [record(&numbered("refused", 1)[0])])
            .await
            .expect("refuses_one_record");
        assert!(
            matches!(outcomes[..], [Outcome::Refused(_)]),
            "refuses_one_record_and_goes_on: {outcomes:?}"
        );
        let outcomes = send(&*link, [record(&numbered("accepted", 1)[0])])
            .await
            .expect("refuses_one_record");
        self.expect_taken("refuses_one_record_and_goes_on", &outcomes);
        self.expect_arrived("refuses_one_record_and_goes_on", numbered("accepted", 1))
            .await;
    }

    async fn tells_when_the_far_end_is_dark_and_recovers(&self) {
        const CASE: &str = "tells_when_the_far_end_is_dark_and_recovers";
        let link = self.link().await;
        self.far_end.go_dark(true).await;
        if self.far_end.confirms() {
            let outcomes = send(&*link, [record(&numbered("dark", 1)[0])]).await;
            let is_told = match &outcomes {
                Err(_) => true,
                Ok(outcomes) => matches!(outcomes[..], [Outcome::NotSent(_) | Outcome::Unknown(_)]),
            };
            assert!(is_told, "{CASE}: {outcomes:?}");
        }
        let checked = timeout(PATIENCE, link.check())
            .await
            .unwrap_or_else(|_| panic!("{CASE}: check hangs"));
        assert!(checked.is_err(), "{CASE}: the check of a dark far end succeeds");
        self.far_end.go_dark(false).await;
        let link = self.link().await;
        let outcomes = send(&*link, [record(&numbered("light", 1)[0])])
            .await
            .expect(CASE);
        self.expect_taken(CASE, &outcomes);
        self.expect_arrived(CASE, numbered("light", 1)).await;
    }

    async fn survives_a_cancelled_send(&self) {
        const CASE: &str = "survives_a_cancelled_send";
        let link = self.link().await;
        let (report, settlements) = Report::new(1);
        {
            let mut sending = link.send(Batch::new([record(&numbered("cancelled", 1)[0])]), report);
            tokio::select! {
                biased;
                _ = &mut sending => {}
                () = std::future::ready(()) => {}
            }
        }
        assert_eq!(
            settlements.finish(None).len(),
            1,
            "{CASE}: the record is not settled"
        );
        let outcomes = send(&*link, [record(&numbered("after", 1)[0])])
            .await
            .expect(CASE);
        self.expect_taken(CASE, &outcomes);
        self.expect_arrived(CASE, numbered("after", 1)).await;
    }

    async fn sends_nothing_once_closed(&self) {
        const CASE: &str = "sends_nothing_once_closed";
        let link = self.link().await;
        let deadline = Instant::now() + Duration::from_secs(5);
        timeout(PATIENCE, link.close(deadline))
            .await
            .expect("sends_nothing_once_closed: hangs")
            .expect(CASE);
        let before = self.far_end.received().await.len();
        let error = send(&*link, [record(&numbered("closed", 1)[0])]).await.err();
        let kind = error.as_ref().map(TransportError::kind);
        assert_eq!(kind, Some(ErrorKind::Closed), "{CASE}: a closed transport sends");
        assert_eq!(
            self.far_end.received().await.len(),
            before,
            "{CASE}: something arrived"
        );
    }

    async fn link(&self) -> Box<dyn Transport> {
        let connect = self.far_end.connect();
        match timeout(PATIENCE, connect.connect()).await {
            Ok(Ok(link)) => link,
            Ok(Err(error)) => panic!("cannot connect to {}: {error}", connect.endpoint()),
            Err(_) => panic!("connecting to {} hangs", connect.endpoint()),
        }
    }

    fn expect_taken(&self, case: &str, outcomes: &[Outcome]) {
        for outcome in outcomes {
            let is_taken = match outcome {
                Outcome::Delivered => self.far_end.confirms(),
                Outcome::Handed => !self.far_end.confirms(),
                _ => false,
            };
            assert!(is_taken, "{case}: {outcome:?}");
        }
    }

    /// Each body arrives exactly once.
    async fn expect_arrived(&self, case: &str, bodies: impl IntoIterator<Item = String>) {
        let bodies: Vec<String> = bodies.into_iter().collect();
        let deadline = Instant::now() + PATIENCE;
        loop {
            let arrived = self.far_end.received().await;
            let times = |body: &String| arrived.iter().filter(|one| one[..] == *body.as_bytes()).count();
            if bodies.iter().all(|body| times(body) == 1) {
                return;
            }
            let doubled = bodies.iter().find(|body| times(body) > 1);
            assert!(doubled.is_none(), "{case}: arrived more than once: {doubled:?}");
            assert!(
                Instant::now() < deadline,
                "{case}: of {bodies:?} only these arrived: {arrived:?}"
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

fn record(body: &str) -> Record {
    Record::new(
        EntityKind::Event,
        "conformance",
        Bytes::copy_from_slice(body.as_bytes()),
    )
}

fn numbered(case: &str, count: usize) -> Vec<String> {
    (0..count)
        .map(|number| format!(r#"{{"type":"EVENT","msg-text":"{case} {number}"}}"#))
        .collect()
}

/// Sends one batch; the outcomes in the order of the records, or the error of the link if a record was left open.
async fn send(
    link: &dyn Transport,
    records: impl IntoIterator<Item = Record>,
) -> Result<Vec<Outcome>, TransportError> {
    let batch: Batch = records.into_iter().collect();
    let count = batch.len();
    let (report, settlements) = Report::new(count);
    let result = timeout(PATIENCE, link.send(batch, report))
        .await
        .expect("send hangs");
    if let (Err(error), true) = (&result, settlements.open() > 0) {
        return Err(error.clone());
    }
    let mut settled = settlements.finish(Some(result));
    settled.sort_by_key(|one| one.index);
    Ok(settled.into_iter().map(|one| one.outcome).collect())
}

async fn settled(sending: tokio::task::JoinHandle<Result<Vec<Outcome>, TransportError>>) {
    sending.await.expect("a send panicked").expect("a send failed");
}
