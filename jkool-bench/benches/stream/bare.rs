//! The loops to compare with: the libraries alone, on one thread, with events that lie ready.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderValue};
use rumqttc::{AsyncClient, Event, MqttOptions, NetworkOptions, Outgoing, Packet, QoS};
use tokio::task::JoinSet;

use crate::Outcome;

const WINDOW: u16 = 100;

/// Posts each body with reqwest, so many at once; gives events per second.
pub(crate) fn http(url: &str, bodies: &[Bytes], in_flight: usize) -> Outcome<f64> {
    on_a_thread(post_all(url.to_owned(), bodies.into(), in_flight))
}

/// Publishes each body with rumqttc; gives events per second.
pub(crate) fn mqtt(port: u16, quality: u8, bodies: &[Bytes]) -> Outcome<f64> {
    let level = if quality == 0 {
        QoS::AtMostOnce
    } else {
        QoS::AtLeastOnce
    };
    on_a_thread(publish_all(port, level, bodies.into()))
}

fn on_a_thread(run: impl Future<Output = Outcome<f64>>) -> Outcome<f64> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(run)
}

async fn post_all(url: String, bodies: Arc<[Bytes]>, in_flight: usize) -> Outcome<f64> {
    let client = reqwest::Client::builder()
        .http1_only()
        .no_proxy()
        .connect_timeout(Duration::from_secs(10))
        .timeout(Duration::from_secs(30))
        .pool_max_idle_per_host(2 * in_flight)
        .user_agent("jkool-bench/0.1.0")
        .build()?;
    let url = reqwest::Url::parse(&url)?;
    // What the command says with each request.
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("content-type", "application/json"),
        ("x-api-key", "any-token"),
        ("token", "any-token"),
        ("x-api-host-name", "vm"),
        ("x-api-host-addr", "192.0.2.2"),
        ("x-api-runtime", "12345@vm"),
        ("x-api-version", "jkool-rust/0.1.0"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let next = Arc::new(AtomicUsize::new(0));
    let begun = Instant::now();
    let mut posting = JoinSet::new();
    for _ in 0..in_flight {
        let (client, url, headers) = (client.clone(), url.clone(), headers.clone());
        let (bodies, next) = (Arc::clone(&bodies), Arc::clone(&next));
        posting.spawn(async move {
            while let Some(body) = bodies.get(next.fetch_add(1, Ordering::Relaxed)) {
                let answer = client
                    .post(url.clone())
                    .headers(headers.clone())
                    .body(body.clone())
                    .send()
                    .await?;
                answer.error_for_status()?.bytes().await?;
            }
            Outcome::Ok(())
        });
    }
    while let Some(posted) = posting.join_next().await {
        posted??;
    }
    Ok(bodies.len() as f64 / begun.elapsed().as_secs_f64())
}

async fn publish_all(port: u16, level: QoS, bodies: Arc<[Bytes]>) -> Outcome<f64> {
    let messages = bodies.len();
    let mut options = MqttOptions::new("bare", "127.0.0.1", port);
    options.set_inflight(WINDOW).set_max_packet_size(1 << 20, 1 << 20);
    let (client, mut event_loop) = AsyncClient::new(options, WINDOW.into());
    let mut network = NetworkOptions::new();
    network.set_tcp_nodelay(true);
    event_loop.set_network_options(network);
    let begun = Instant::now();
    event_loop.poll().await?;
    let feeding = tokio::spawn(async move {
        for body in bodies.iter() {
            client.publish_bytes("jkool", level, false, body.clone()).await?;
        }
        Outcome::Ok(client)
    });
    let mut done = 0;
    while done < messages {
        match event_loop.poll().await? {
            Event::Outgoing(Outgoing::Publish(_)) if level == QoS::AtMostOnce => done += 1,
            Event::Incoming(Packet::PubAck(_)) => done += 1,
            _ => {}
        }
    }
    let elapsed = begun.elapsed();
    let client = feeding.await??;
    client.try_disconnect()?;
    while !matches!(event_loop.poll().await?, Event::Outgoing(Outgoing::Disconnect)) {}
    Ok(messages as f64 / elapsed.as_secs_f64())
}
