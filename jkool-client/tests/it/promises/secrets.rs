//! Tokens and passwords are in what goes to the far end, and nowhere else.
//!
//! The scenes run in a process of their own, under a global subscriber at TRACE and with a hook for panics. All that
//! is logged, printed, shown by `Debug` and `Display`, and told by errors and their causes, is searched.
#![expect(clippy::panic, reason = "the texts of panics are searched, too")]

use std::error::Error;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jkool_client::{BuildError, Client, ClientBuilder, DropReason, Event, State};

use super::listener;
use super::own_process::{applaud, is_on_stage, stage};

/// Part of each secret of these tests.
const CANARY: &str = "c4nary";

/// The same, as `Debug` shows bytes.
const CANARY_BYTES: &str = "99, 52, 110, 97, 114, 121";

/// All that somebody may get to see.
#[derive(Clone, Default)]
struct Shown(Arc<Mutex<Vec<String>>>);

impl Shown {
    fn add(&self, value: impl Debug) {
        let text = format!("{value:?} {value:#?}");
        self.0.lock().unwrap().push(text);
    }

    fn add_error(&self, error: &(dyn Error + 'static)) {
        let mut next = Some(error);
        while let Some(error) = next {
            self.0
                .lock()
                .unwrap()
                .push(format!("{error} {error:?} {error:#?}"));
            next = error.source();
        }
    }

    /// Uses a client for all that it can do, and keeps what it shows meanwhile.
    fn exercise(&self, builder: ClientBuilder) {
        let short = Duration::from_millis(400);
        let (alarms, dead_letters, healths) = (self.clone(), self.clone(), self.clone());
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("dead-letters");
        let builder = builder
            .drop_timeout(Duration::ZERO)
            .dead_letter_file(&file, 1 << 20)
            .on_health(move |health| healths.add((health, health.to_string())))
            .on_alarm(move |alarm| {
                alarms.add((alarm, alarm.to_string(), alarm.cause(), alarm.cause().to_string()));
                panic!("{alarm:?} {alarm}");
            })
            .on_dead_letter(move |letter| {
                dead_letters.add((letter, letter.refusal().to_string(), letter.body()));
                panic!("{letter:?}");
            });
        #[cfg(feature = "spool")]
        let builder = {
            let spool = jkool_client::Spool::new(folder.path().join("spool"))
                .mode(jkool_client::SpoolMode::WriteAhead);
            self.add(&spool);
            builder.spool(spool)
        };
        self.add(&builder);
        let client = match builder.build() {
            Ok(client) => client,
            Err(error) => return self.add_error(&error),
        };
        let (logger, guard) = (client.logger("orders"), client.guard());
        let receipts = [
            client.send_tracked(Event::new("one")).unwrap(),
            logger.send_tracked(Event::new("two")).unwrap(),
        ];
        if let Err(error) = client.check(short) {
            self.add_error(&error);
        }
        if let Err(error) = client.flush(short) {
            self.add_error(&error);
        }
        for receipt in &receipts {
            if let Err(error) = receipt.wait(State::Delivered, Duration::ZERO) {
                self.add_error(&error);
            }
            if let Some(error) = receipt.trouble() {
                self.add_error(&error);
            }
        }
        self.add((&client, &logger, &guard, &receipts));
        self.add((
            client.health(),
            client.health().to_string(),
            client.endpoint().to_string(),
        ));
        if let Err(error) = client.set_token(format!("{CANARY} of bad form")) {
            self.add_error(&error);
        }
        if let Some(error) = client.health().trouble() {
            self.add_error(error);
        }
        if let Err(error) = client.close(Duration::ZERO) {
            self.add_error(&error);
        }
        let deadline = Instant::now() + crate::PATIENCE;
        let letters = loop {
            let letters = std::fs::read_to_string(&file).unwrap();
            if letters.lines().count() as u64 == client.stats().dropped.get(DropReason::Refused) {
                break letters;
            }
            assert!(
                Instant::now() < deadline,
                "dead letters are not written: {letters}"
            );
            std::thread::sleep(Duration::from_millis(1)); // poll: for the thread that writes them
        };
        self.add(letters);
        #[cfg(feature = "spool")]
        {
            self.add(client.spool_stats());
            for entry in std::fs::read_dir(folder.path().join("spool")).unwrap() {
                let path = entry.unwrap().path();
                self.add((&path, String::from_utf8_lossy(&std::fs::read(&path).unwrap())));
            }
        }
        let refused = client.send(Event::new("too late")).unwrap_err();
        self.add_error(&refused);
        self.add((
            client.stats(),
            client.stats().to_string(),
            receipts.map(|receipt| receipt.fate()),
        ));
    }

    /// Searches everything, and returns how many texts there were.
    fn assert_clean(&self, expected_library: &str) -> usize {
        let heard = listener::take_heard();
        assert!(
            heard.iter().any(|one| one.text.contains(expected_library)),
            "the libraries log, or else nothing is proven"
        );
        let shown = self.0.lock().unwrap().clone();
        let all: Vec<&String> = shown.iter().chain(heard.iter().map(|one| &one.text)).collect();
        let hits: Vec<&&String> = all
            .iter()
            .filter(|text| text.to_lowercase().contains(CANARY) || text.contains(CANARY_BYTES))
            .collect();
        assert!(
            hits.is_empty(),
            "{} of {} texts show it: {hits:#?}",
            hits.len(),
            all.len()
        );
        all.len()
    }
}

/// From here on, panics are kept too, and printed as ever.
fn watch() -> Shown {
    listener::listen();
    let shown = Shown::default();
    let (panics, print) = (shown.clone(), std::panic::take_hook());
    std::panic::set_hook(Box::new(move |panic| {
        panics.add(panic);
        print(panic);
    }));
    shown
}

/// Runs the test once more as a scene, and searches what that prints.
fn assert_scene_is_clean(test: &str) {
    let printed = applaud(stage(test, &[]));
    assert!(printed.contains("panicked at"), "{printed}");
    assert!(
        !printed.to_lowercase().contains(CANARY) && !printed.contains(CANARY_BYTES),
        "{printed}"
    );
}

#[cfg(feature = "http")]
#[test]
fn an_access_token_shows_nowhere() {
    use jkool_client::{AccessToken, Http, TokenSource};

    use super::http_server::{Fault, Server};

    const TEST: &str = "promises::secrets::an_access_token_shows_nowhere";
    const TOKEN: &str = "C4nary-\"t0ken\"-<&>";
    if !is_on_stage(TEST) {
        return assert_scene_is_clean(TEST);
    }
    let shown = watch();
    let folder = tempfile::tempdir().unwrap();
    let (file, bad_file) = (folder.path().join("token"), folder.path().join("bad"));
    std::fs::write(&file, TOKEN).unwrap();
    std::fs::write(&bad_file, format!("{TOKEN} and more")).unwrap();
    shown.add((
        AccessToken::new(TOKEN),
        TokenSource::fixed(TOKEN),
        TokenSource::file(&file),
    ));

    let mut faults: Vec<Option<Fault>> = [
        200, 202, 302, 307, 400, 401, 403, 404, 407, 408, 413, 415, 418, 422, 429, 500, 501, 503,
    ]
    .map(|status| Some(Fault::Echo(status)))
    .to_vec();
    faults.extend([
        None,
        Some(Fault::CloseAfterRead),
        Some(Fault::HalfAnswer),
        Some(Fault::Stall),
    ]);
    std::thread::scope(|scope| {
        for fault in faults {
            let (shown, file) = (&shown, &file);
            scope.spawn(move || {
                let server = Server::start(move |_| fault);
                shown.exercise(Client::builder().http(TOKEN).url(server.url()));
                assert!(
                    server.last_head().contains(TOKEN),
                    "{fault:?}: {}",
                    server.last_head()
                );
                let http = Http::builder(TokenSource::file(file))
                    .url(format!("{}/?key={TOKEN}#{CANARY}", server.url()))
                    .handshake(true);
                shown.add(&http);
                let http = http.build().unwrap();
                shown.add(&http);
                shown.exercise(Client::builder().transport(http));
            });
        }
        // What speaks no TLS, what nobody listens on, and what cannot be an address or a token.
        let server = Server::start(|_| None);
        let address = server.url().replace("http://", "");
        for url in [
            format!("https://{address}/?key={CANARY}"),
            format!("http://127.0.0.1:1/?key={CANARY}"),
            format!("http://user:{CANARY}@{address}"),
            format!("http://remote.example/?{CANARY}"),
            format!("no scheme {CANARY}@"),
            format!("other://user:{CANARY}@{address}/{CANARY}"),
        ] {
            shown.exercise(Client::builder().http(TOKEN).url(url));
        }
        for token in [
            TokenSource::fixed(format!("{TOKEN} and more")),
            TokenSource::file(&bad_file),
        ] {
            shown.exercise(Client::builder().http(token).url(server.url()));
        }
        for proxy in [
            format!("http://user:{CANARY}@{address}"),
            format!("http://user:{CANARY}@127.0.0.1:1"),
            format!("nonsense://user:{CANARY}@x:y"),
        ] {
            let http = Http::builder(TOKEN).url("https://remote.example").proxy(proxy);
            shown.add(&http);
            match http.build() {
                Ok(http) => shown.exercise(Client::builder().transport(http)),
                Err(error) => shown.add_error(&BuildError::from(error)),
            }
        }
    });
    println!("searched {} texts", shown.assert_clean("hyper_util"));
}

#[cfg(feature = "mqtt")]
#[test]
fn an_mqtt_password_shows_nowhere() {
    use std::io::{Read, Write};

    use jkool_client::Mqtt;

    use super::mqtt_wire::connack;
    use super::scripted_broker::{ScriptedBroker, acknowledge};

    const TEST: &str = "promises::secrets::an_mqtt_password_shows_nowhere";
    const PASSWORD: &str = "C4nary-p4ssword";
    if !is_on_stage(TEST) {
        return assert_scene_is_clean(TEST);
    }
    let shown = watch();
    let mqtt = |address: String| Mqtt::builder(address).credentials("user", PASSWORD);
    let exercise = |address: String| {
        let builder = mqtt(address);
        shown.add(&builder);
        match builder.build() {
            Ok(mqtt) => {
                shown.add(&mqtt);
                shown.exercise(Client::builder().transport(mqtt));
            }
            Err(error) => shown.add_error(&BuildError::from(error)),
        }
    };
    std::thread::scope(|scope| {
        for code in 0..=6 {
            let exercise = &exercise;
            scope.spawn(move || {
                let seen = Arc::new(Mutex::new(Vec::new()));
                let noted = Arc::clone(&seen);
                let broker = ScriptedBroker::start(move |mut client| match code {
                    0 => acknowledge(&client, |_| true),
                    6 => acknowledge(&client, |_| false),
                    code => {
                        let mut buffer = [0; 1_000];
                        let bytes = client.read(&mut buffer)?;
                        noted.lock().unwrap().extend_from_slice(&buffer[..bytes]);
                        client.write_all(&connack(code))
                    }
                });
                exercise(broker.address());
                let deadline = Instant::now() + crate::PATIENCE;
                while code % 6 != 0
                    && !seen
                        .lock()
                        .unwrap()
                        .windows(PASSWORD.len())
                        .any(|part| part == PASSWORD.as_bytes())
                {
                    assert!(Instant::now() < deadline, "the broker never saw the password");
                    std::thread::yield_now();
                }
            });
        }
        for address in [
            "127.0.0.1:1".to_owned(),
            format!("mqtt://user:{CANARY}@127.0.0.1:1"),
            format!("mqtt://user:{CANARY}"),
            format!("http://user:{CANARY}@127.0.0.1"),
            "remote.example".to_owned(),
        ] {
            shown.exercise(Client::builder().mqtt(address.clone()));
            exercise(address);
        }
    });
    println!("searched {} texts", shown.assert_clean("rumqttc"));
}
