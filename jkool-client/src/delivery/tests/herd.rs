//! A thousand clients of one service that was down: they do not come back all at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jkool_transport::testing::Scripted;
use jkool_transport::{Connect, Endpoint, ErrorKind, Transport, TransportError, async_trait};
use rstest::rstest;
use tokio::time::Instant;

use super::rig::{Rig, error};
use crate::RetryPolicy;

const CLIENTS: usize = 1_000;

/// A service that is down for a while, and notes when who has come.
#[derive(Clone)]
struct Service {
    endpoint: Endpoint,
    down_until: Instant,
    start: Instant,
    /// Visits in vain by client, in milliseconds since the start.
    failures: Arc<Mutex<Vec<Vec<u128>>>>,
    returns: Arc<Mutex<Vec<u128>>>,
}

struct Visitor {
    service: Service,
    client: usize,
}

#[async_trait]
impl Connect for Visitor {
    async fn connect(&self) -> Result<Box<dyn Transport>, TransportError> {
        let service = &self.service;
        let now = service.start.elapsed().as_millis();
        if Instant::now() < service.down_until {
            service.failures.lock().unwrap()[self.client].push(now);
            return Err(error(ErrorKind::Connect));
        }
        service.returns.lock().unwrap().push(now);
        Scripted::new([]).connect().await
    }

    fn endpoint(&self) -> &Endpoint {
        &self.service.endpoint
    }
}

/// Lets a thousand clients with something to send meet an outage of this length.
async fn live_through(outage: Duration, retry: RetryPolicy, seed: usize) -> Service {
    let start = Instant::now();
    let service = Service {
        endpoint: Endpoint::named("service"),
        down_until: start + outage,
        start,
        failures: Arc::new(Mutex::new(vec![Vec::new(); CLIENTS])),
        returns: Arc::default(),
    };
    let mut rigs = Vec::new();
    for client in 0..CLIENTS {
        let visitor = Visitor {
            service: service.clone(),
            client,
        };
        let mut numbers = fastrand::Rng::with_seed((seed * CLIENTS + client) as u64);
        let (rig, mut delivery) = Rig::build(
            visitor,
            |settings| settings.retry = retry,
            Box::new(move || numbers.f64()),
        );
        tokio::spawn(async move { delivery.run().await });
        rig.push("an event of the outage");
        rigs.push(rig);
    }
    for rig in &rigs {
        rig.flush().await;
        assert_eq!(rig.ledger.delivered.get(), 1);
    }
    service
}

/// The most visits in any second.
fn fullest_second(visits: impl IntoIterator<Item = u128>) -> usize {
    let mut seconds = HashMap::new();
    for visit in visits {
        *seconds.entry(visit / 1_000).or_insert(0) += 1;
    }
    seconds.into_values().max().unwrap_or_default()
}

fn fullest_of_all_returns(service: &Service) -> usize {
    let returns = service.returns.lock().unwrap().clone();
    assert_eq!(returns.len(), CLIENTS);
    fullest_second(returns)
}

#[rstest]
#[case::two_minutes(120)]
#[case::five_minutes(300)]
#[case::ten_minutes(600)]
#[case::an_hour(3_600)]
#[tokio::test(start_paused = true)]
async fn a_thousand_clients_do_not_return_at_once(#[case] outage_secs: u64) {
    for seed in 0..3 {
        let service = live_through(Duration::from_secs(outage_secs), RetryPolicy::default(), seed).await;
        // 0.9 % are expected in a second, and the fullest one has 1.7 % on average: the rest is chance.
        let fullest = fullest_of_all_returns(&service);
        assert!(fullest <= CLIENTS / 50, "{fullest} of {CLIENTS} in one second");

        let failures = service.failures.lock().unwrap().clone();
        let later = failures.iter().flatten().copied().filter(|at| *at > 60_000);
        let fullest = fullest_second(later);
        assert!(
            fullest <= CLIENTS / 30,
            "{fullest} tries in one second of the outage"
        );
        for visits in failures {
            // As a broker, or whoever refuses connections, sees a single client.
            let in_first_minute = visits.iter().filter(|at| **at < 60_000).count();
            assert!(in_first_minute <= 20, "{in_first_minute} tries in a minute");
        }
    }
}

/// To spread more than the outage lasted would make it longer.
#[rstest]
#[case(2, 4)]
#[case(30, 60)]
#[case(60, 120)]
#[tokio::test(start_paused = true)]
async fn a_short_outage_is_over_soon(#[case] outage_secs: u64, #[case] soon_secs: u64) {
    let service = live_through(Duration::from_secs(outage_secs), RetryPolicy::default(), 0).await;
    let returns = service.returns.lock().unwrap().clone();
    let deadline = u128::from(outage_secs + soon_secs) * 1_000;
    let late = returns.iter().filter(|at| **at > deadline).count();
    assert!(late <= CLIENTS / 20, "{late} of {CLIENTS} are late");
}

#[tokio::test(start_paused = true)]
async fn longer_waits_spread_the_return_more() {
    let retry = RetryPolicy::default().max_delay(Duration::from_secs(600));
    let service = live_through(Duration::from_secs(3_600), retry, 0).await;
    let fullest = fullest_of_all_returns(&service);
    assert!(fullest <= CLIENTS / 100, "{fullest} of {CLIENTS} in one second");
}
