//! A thousand clients of one service that was down: they do not come back all at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jkool_transport::testing::Scripted;
use jkool_transport::{Connect, Endpoint, ErrorKind, Transport, TransportError, async_trait};
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
async fn live_through(outage: Duration, retry: RetryPolicy) -> Service {
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
        let mut numbers = fastrand::Rng::with_seed(client as u64);
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

#[tokio::test(start_paused = true)]
async fn a_thousand_clients_do_not_return_at_once() {
    // In the long run each waits up to 60 s, 30 s on average: 3.3 % of them are due in the first second. Chance adds
    // its share.
    let service = live_through(Duration::from_secs(600), RetryPolicy::default()).await;
    let returns = service.returns.lock().unwrap().clone();
    assert_eq!(returns.len(), CLIENTS);
    let fullest = fullest_second(returns);
    assert!(fullest <= CLIENTS / 20, "{fullest} of {CLIENTS} in one second");

    let failures = service.failures.lock().unwrap().clone();
    let later = failures.iter().flatten().copied().filter(|at| *at > 60_000);
    let fullest = fullest_second(later);
    assert!(
        fullest <= CLIENTS / 15,
        "{fullest} tries in one second of the outage"
    );
    for visits in failures {
        // As a broker, or whoever refuses connections, sees a single client.
        let in_first_minute = visits.iter().filter(|at| **at < 60_000).count();
        assert!(in_first_minute <= 20, "{in_first_minute} tries in a minute");
    }
}

#[tokio::test(start_paused = true)]
async fn longer_waits_spread_the_return_more() {
    let retry = RetryPolicy::default().max_delay(Duration::from_secs(300));
    let service = live_through(Duration::from_secs(3_600), retry).await;
    let returns = service.returns.lock().unwrap().clone();
    assert_eq!(returns.len(), CLIENTS);
    let fullest = fullest_second(returns);
    assert!(fullest <= CLIENTS / 50, "{fullest} of {CLIENTS} in one second");
}
