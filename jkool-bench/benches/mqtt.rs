//! Messages per second into mosquitto: our transport next to a bare rumqttc loop, in one run.
//!
//! Both sides run on one thread of their own, as in a client, with messages of 522 bytes and nodelay. mosquitto has
//! no subscriber. `cargo bench --bench mqtt` prints the best of five rounds for each, taken in turn, and fails if
//! ours is below 85 % of the bare loop; the machine must be otherwise idle for the figures to mean anything.

use std::error::Error;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use jkool_model::EntityKind;
use jkool_transport::{Batch, Connect, Record, Report, Transport};
use jkool_transport_mqtt::{Mqtt, QualityOfService};
use rumqttc::{AsyncClient, Event, MqttOptions, NetworkOptions, Outgoing, Packet, QoS};
use tokio::task::JoinSet;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const BODY_BYTES: usize = 522;
const ROUNDS: usize = 5;
const LEAST_SHARE: f64 = 0.85;
const TOPIC: &str = "rust/streams";

/// The quality of service, the window, how many messages make a round.
const CASES: [(QualityOfService, u16, usize); 4] = [
    (QualityOfService::AtMostOnce, 100, 400_000),
    (QualityOfService::AtLeastOnce, 100, 200_000),
    (QualityOfService::AtLeastOnce, 1_000, 200_000),
    (QualityOfService::ExactlyOnce, 100, 100_000),
];

struct Mosquitto {
    child: Child,
    folder: PathBuf,
    port: u16,
}

fn main() -> Outcome<ExitCode> {
    let mosquitto = Mosquitto::start()?;
    let mut is_fast_enough = true;
    println!(
        "{:<22} {:>12} {:>12} {:>7}",
        "", "bare, msg/s", "ours, msg/s", "share"
    );
    for (quality, window, messages) in CASES {
        let (mut bare, mut ours) = (0.0_f64, 0.0_f64);
        for _ in 0..ROUNDS {
            bare = bare.max(on_a_thread(bare_loop(mosquitto.port, quality, window, messages))?);
            ours = ours.max(on_a_thread(our_transport(
                mosquitto.port,
                quality,
                window,
                messages,
            ))?);
        }
        let share = ours / bare;
        is_fast_enough &= share >= LEAST_SHARE;
        let case = format!("QoS {quality}, window {window}");
        println!("{case:<22} {bare:>12.0} {ours:>12.0} {:>6.0}%", share * 100.0);
    }
    Ok(if is_fast_enough {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Runs to the end on one thread; gives messages per second.
fn on_a_thread(run: impl Future<Output = Outcome<f64>>) -> Outcome<f64> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(run)
}

async fn bare_loop(port: u16, quality: QualityOfService, window: u16, messages: usize) -> Outcome<f64> {
    let mut options = MqttOptions::new("bare", "127.0.0.1", port);
    options.set_inflight(window).set_max_packet_size(1 << 20, 1 << 20);
    let (client, mut event_loop) = AsyncClient::new(options, window.into());
    let mut network = NetworkOptions::new();
    network.set_tcp_nodelay(true);
    event_loop.set_network_options(network);
    event_loop.poll().await?;
    let level = match quality {
        QualityOfService::AtMostOnce => QoS::AtMostOnce,
        QualityOfService::AtLeastOnce => QoS::AtLeastOnce,
        QualityOfService::ExactlyOnce => QoS::ExactlyOnce,
    };
    let body = Bytes::from(vec![b'x'; BODY_BYTES]);
    let begun = Instant::now();
    let feeding = tokio::spawn(async move {
        for _ in 0..messages {
            client.publish_bytes(TOPIC, level, false, body.clone()).await?;
        }
        Outcome::Ok(client)
    });
    let mut done = 0;
    while done < messages {
        match event_loop.poll().await? {
            Event::Outgoing(Outgoing::Publish(_)) if level == QoS::AtMostOnce => done += 1,
            Event::Incoming(Packet::PubAck(_) | Packet::PubComp(_)) => done += 1,
            _ => {}
        }
    }
    let elapsed = begun.elapsed();
    let client = feeding.await??;
    client.try_disconnect()?;
    while !matches!(event_loop.poll().await?, Event::Outgoing(Outgoing::Disconnect)) {}
    Ok(messages as f64 / elapsed.as_secs_f64())
}

async fn our_transport(port: u16, quality: QualityOfService, window: u16, messages: usize) -> Outcome<f64> {
    let mqtt = Mqtt::builder(format!("127.0.0.1:{port}"))
        .topic(TOPIC)
        .qos(quality)
        .window(window.into())
        .build()?;
    let link: Arc<dyn Transport> = Arc::from(mqtt.connect().await?);
    let limits = link.limits();
    let (per_batch, at_once) = (limits.max_batch_records, limits.max_sends.min(4));
    let record = Record::new(EntityKind::Event, "bench", vec![b'x'; BODY_BYTES]);
    let begun = Instant::now();
    let mut sends = JoinSet::new();
    let (mut begun_records, mut settled) = (0, 0);
    while settled < messages {
        while sends.len() < at_once && begun_records < messages {
            let batch: Batch = std::iter::repeat_n(record.clone(), per_batch).collect();
            begun_records += batch.len();
            let link = Arc::clone(&link);
            sends.spawn(async move {
                let (report, settlements) = Report::new(batch.len());
                link.send(batch, report)
                    .await
                    .map(|()| settlements.finish(Some(Ok(()))).len())
            });
        }
        settled += sends.join_next().await.ok_or("no send is left")???;
    }
    let elapsed = begun.elapsed();
    link.close(Instant::now() + Duration::from_secs(5)).await?;
    Ok(messages as f64 / elapsed.as_secs_f64())
}

impl Mosquitto {
    fn start() -> Outcome<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let folder = std::env::temp_dir().join(format!("jkool-bench-mqtt-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let file = folder.join("mosquitto.conf");
        std::fs::write(
            &file,
            format!("listener {port} 127.0.0.1\nallow_anonymous true\nlog_type none\n"),
        )?;
        let path = std::env::var_os("PATH").unwrap_or_default();
        let program = std::env::split_paths(&path)
            .chain([PathBuf::from("/usr/sbin")])
            .map(|folder| folder.join("mosquitto"))
            .find(|file| file.is_file())
            .ok_or("mosquitto is not installed: `apt-get install mosquitto` or `brew install mosquitto`")?;
        let child = Command::new(program)
            .arg("-c")
            .arg(&file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mosquitto = Self { child, folder, port };
        let deadline = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if Instant::now() > deadline {
                return Err("mosquitto does not answer".into());
            }
            std::thread::sleep(Duration::from_millis(5)); // poll: until mosquitto answers
        }
        Ok(mosquitto)
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        // Nothing is lost if it is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
