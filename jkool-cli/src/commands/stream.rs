//! `jkool stream`: files line by line, and what became of them.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use anyhow::Context;
use jkool_client::{BodyFraming, Client, OnFull};
use tokio::sync::{Notify, oneshot};

use crate::args::StreamArgs;
use crate::commands::signals::{Signal, Told};
use crate::destination::Destination;
use crate::failure::{Failure, Status};
use crate::link::{self, Link, Pace};
use crate::output;
use crate::stream::{
    Complaints, End, Feed, Input, LOOK, LineMaker, Progress, QUEUED_BYTES, QUEUED_EVENTS, Summary, Tally,
    Watch,
};

/// How long a single answer may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// How long it may take to end the connection once all is said.
const FAREWELL: Duration = Duration::from_millis(500);

/// Sends all lines of all files, and tells what became of them.
pub(crate) fn stream(args: StreamArgs) -> Result<(), Failure> {
    check(&args)?;
    let inputs = Input::all(&args.files);
    let progress = if args.stdout {
        Progress::none()
    } else {
        Progress::new(Input::total_bytes(&inputs))
    };
    let complaints = Arc::new(Complaints::new(progress.clone()));
    let unread = Arc::new(Notify::new());
    let client = client(&args, &complaints, &unread)?;
    if inputs.iter().any(|input| matches!(input, Input::Standard)) && std::io::stdin().is_terminal() {
        output::note("reading standard input; end it with Ctrl-D");
    }
    let began = Instant::now();
    let tally = Arc::new(Tally::default());
    let is_stopped = Arc::new(AtomicBool::new(false));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start")?;
    let has_spool = args.spool.dir.is_some();
    let (end, stats) = runtime.block_on(async {
        // Signals are caught from here on, so that one that comes early is not missed.
        let mut told = Told::to_end()?;
        let feed = Feed {
            logger: client.logger(&args.decorations.operation),
            maker: LineMaker::new(args.format, args.decorations, args.dialect),
            tally: Arc::clone(&tally),
            complaints: Arc::clone(&complaints),
            is_stopped: Arc::clone(&is_stopped),
        };
        let reading = start(feed, inputs)?;
        let watch = Watch {
            client: &client,
            tally: &tally,
            progress: &progress,
            unread: &unread,
            is_stopped: &is_stopped,
            timeout: args.timeout,
            has_spool,
        };
        let end = watch.until_the_end(reading, &mut told, began).await;
        if has_spool {
            // What is left goes to the disk; the numbers say how much that is.
            let _ = client.close_async(FAREWELL).await;
        }
        let stats = client.stats();
        if !has_spool && matches!(end, End::Complete) {
            // A broker is told that this is the end; whatever it says to that, all is settled.
            let _ = client.close_async(FAREWELL).await;
        }
        Ok::<_, Failure>((end, stats))
    })?;
    progress.clear();
    let summary = Summary::new(&stats, &tally, began.elapsed());
    if args.json {
        output::print(summary.to_json() + "\n")?;
    } else if !matches!(end, End::Unread) {
        output::note(&summary.to_string());
    }
    match end {
        End::Unread => Ok(()),
        End::GaveUp(failure) => Err(failure.context("gave up")),
        End::Told(Signal::Interrupt) => Err(Failure::told(Status::Interrupted)),
        End::Told(Signal::Terminate) => Err(Failure::told(Status::Terminated)),
        End::Complete if summary.is_complete() => Ok(()),
        End::Complete => Err(Failure::told(Status::NotDelivered)),
    }
}

/// What makes no sense for many events.
fn check(args: &StreamArgs) -> Result<(), Failure> {
    if args.decorations.tracking_id.is_some() {
        return Err(Failure::usage(
            "--tracking-id names one event, and a stream has many: leave it out, and each gets its own",
        ));
    }
    if args.framing.is_some()
        && !args.stdout
        && matches!(Destination::of(&args.destination)?, Destination::Mqtt(_))
    {
        return Err(Failure::usage(
            "--framing is for HTTP: over MQTT each event is one message",
        ));
    }
    Ok(())
}

fn client(args: &StreamArgs, complaints: &Arc<Complaints>, unread: &Arc<Notify>) -> Result<Client, Failure> {
    let link = Link {
        destination: &args.destination,
        dialect: args.dialect,
        source_fqn: args.decorations.source_fqn.as_deref(),
        to_stdout: args.stdout.then(|| Arc::clone(unread)),
        pace: Pace {
            answer_timeout: args.timeout.min(ANSWER_TIMEOUT),
            in_flight: args.in_flight,
            framing: args.framing.map_or(BodyFraming::Single, BodyFraming::from),
            // A line of full length has its place, however much of it JSON escapes.
            max_record_bytes: Some(QUEUED_BYTES),
        },
    };
    let complaints = Arc::clone(complaints);
    let mut builder = link
        .client_builder()?
        .ordered(args.ordered)
        .max_queued_events(QUEUED_EVENTS)
        .max_queued_bytes(QUEUED_BYTES)
        .on_full(OnFull::Block(LOOK))
        // Lines wait as long as others get through; the watch ends it when none does.
        .delivery_timeout(Duration::MAX)
        .on_dead_letter(move |letter| complaints.refuse(letter));
    if let Some(spool) = args.spool.spool() {
        builder = link::with_spool(builder, spool)?;
    }
    if let Some(in_flight) = args.in_flight {
        builder = builder.in_flight(in_flight);
    }
    link::build(builder)
}

/// Starts the thread that reads. It is never joined: it may wait for input that never comes.
fn start(feed: Feed, inputs: Vec<Input>) -> Result<oneshot::Receiver<()>, Failure> {
    let (done, reading) = oneshot::channel();
    std::thread::Builder::new()
        .name("jkool-reader".to_owned())
        .spawn(move || {
            feed.run(&inputs);
            // Nobody waits any more when the process is about to end.
            let _ = done.send(());
        })
        .context("cannot start the reader")?;
    Ok(reading)
}
