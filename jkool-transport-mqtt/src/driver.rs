//! The task that owns a connection: asks for publishes, polls the event loop, settles records.

use std::pin::pin;
use std::sync::{Arc, OnceLock};

use jkool_transport::{ErrorKind, TransportError};
use rumqttc::{Event, EventLoop, Outgoing, Packet};
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until};

use crate::failure;
use crate::session::{Requests, Session, TooMany, lost_count};
use crate::settings::Settings;
use crate::window::{Job, Window};

/// What the task is told to do.
pub(crate) enum Command {
    Send(Job),
    Close(Farewell),
}

/// Ends the connection once all records are settled, or with an error at the deadline.
pub(crate) struct Farewell {
    pub(crate) deadline: Instant,
    pub(crate) done: oneshot::Sender<Result<(), TransportError>>,
}

/// Why the task has ended, for all who come later.
pub(crate) type Ending = OnceLock<TransportError>;

pub(crate) struct Driver {
    settings: Arc<Settings>,
    requests: Requests,
    event_loop: EventLoop,
    commands: mpsc::UnboundedReceiver<Command>,
    window: Window,
    closing: Option<Closing>,
}

struct Closing {
    farewell: Farewell,
    is_disconnecting: bool,
}

/// Why the loop stops without an error.
enum Stop {
    /// DISCONNECT is written.
    Closed,
    /// The transport was dropped.
    Abandoned,
}

impl Driver {
    pub(crate) fn new(
        settings: Arc<Settings>,
        session: Session,
        commands: mpsc::UnboundedReceiver<Command>,
    ) -> Self {
        let window = Window::new(settings.admission.clone(), settings.window, settings.packet_ids());
        Self {
            settings,
            requests: session.requests,
            event_loop: session.event_loop,
            commands,
            window,
            closing: None,
        }
    }

    /// Runs until the connection ends, in whichever way, and tells everyone who waits.
    pub(crate) async fn run(mut self, ending: Arc<Ending>) {
        let result = self.drive().await;
        let error = match &result {
            Ok(_) => closed(&self.settings),
            Err(error) => error.clone(),
        };
        // In this order: whoever finds the door closed finds the reason.
        let _ = ending.set(error.clone());
        self.commands.close();
        let perhaps_written = self.catch_up();
        self.window.fail(&error, perhaps_written);
        while let Ok(command) = self.commands.try_recv() {
            match command {
                Command::Send(job) => job.fail(&error),
                Command::Close(farewell) => {
                    let _ = farewell.done.send(Err(error.clone()));
                }
            }
        }
        if let Some(closing) = self.closing {
            let _ = closing.farewell.done.send(result.map(|_| ()));
        }
    }

    /// Looks at what the event loop did without telling, since an error comes before the events that led to it:
    /// acknowledgements count, and publishes may have left. Gives the number of the latter.
    fn catch_up(&mut self) -> usize {
        let mut perhaps_written = 0;
        for event in self.event_loop.state.events.drain(..) {
            match event {
                Event::Outgoing(Outgoing::Publish(_)) => perhaps_written += 1,
                Event::Incoming(packet) => on_packet(&mut self.window, &packet),
                Event::Outgoing(_) => {}
            }
        }
        perhaps_written
    }

    async fn drive(&mut self) -> Result<Stop, TransportError> {
        let Self {
            settings,
            requests,
            event_loop,
            commands,
            window,
            closing,
        } = self;
        // Set to the next moment at which something may be overdue, or to an earlier one: a timer that moved with
        // every acknowledgement would cost more than the acknowledgement.
        let mut alarm = pin!(sleep_until(Instant::now() + settings.ack_timeout));
        loop {
            // A poll that was begun is finished, or the connection is given up: half of it may have happened.
            let mut polling = pin!(event_loop.poll());
            let event = loop {
                loop {
                    match commands.try_recv() {
                        Ok(command) => take(command, window, closing),
                        Err(TryRecvError::Empty) => break,
                        Err(TryRecvError::Disconnected) => return Ok(Stop::Abandoned),
                    }
                }
                if let Some(closing) = closing {
                    let deadline = closing.farewell.deadline;
                    if deadline < alarm.deadline() {
                        alarm.as_mut().reset(deadline);
                    }
                    if window.is_empty() && !closing.is_disconnecting {
                        closing.is_disconnecting = true;
                        requests.disconnect().map_err(|TooMany| lost_count())?;
                    }
                }
                while let Some((topic, record)) = window.next() {
                    requests
                        .publish(topic, record.body.clone())
                        .map_err(|TooMany| lost_count())?;
                }
                tokio::select! {
                    biased;
                    event = &mut polling => break event,
                    command = commands.recv() => match command {
                        Some(command) => take(command, window, closing),
                        None => return Ok(Stop::Abandoned),
                    },
                    () = &mut alarm => {
                        let next = check_overdue(settings, window, closing.as_ref(), Instant::now())?;
                        alarm.as_mut().reset(next);
                    }
                }
            };
            match event {
                Ok(Event::Outgoing(Outgoing::Publish(packet_id))) => {
                    window.on_written(packet_id, Instant::now())
                }
                Ok(Event::Incoming(packet)) => on_packet(window, &packet),
                Ok(Event::Outgoing(Outgoing::Disconnect)) => return Ok(Stop::Closed),
                // rumqttc would stop here until an acknowledgement comes that may never come.
                Ok(Event::Outgoing(Outgoing::AwaitAck(_))) => return Err(silent(settings)),
                Ok(Event::Outgoing(_)) => {}
                Err(error) => return Err(failure::while_connected(&settings.broker, error)),
            }
        }
    }
}

/// Of what a broker sends, only the last word on a publish matters: PUBACK at level 1, PUBCOMP at level 2.
fn on_packet(window: &mut Window, packet: &Packet) {
    match packet {
        Packet::PubAck(ack) => window.on_acknowledged(ack.pkid, Instant::now()),
        Packet::PubComp(ack) => window.on_acknowledged(ack.pkid, Instant::now()),
        _ => {}
    }
}

fn take(command: Command, window: &mut Window, closing: &mut Option<Closing>) {
    match command {
        Command::Send(job) => window.push(job),
        Command::Close(farewell) => {
            *closing = Some(Closing {
                farewell,
                is_disconnecting: false,
            });
        }
    }
}

/// Fails if the broker, or the end of the connection, is overdue; tells when to look again.
fn check_overdue(
    settings: &Settings,
    window: &Window,
    closing: Option<&Closing>,
    now: Instant,
) -> Result<Instant, TransportError> {
    let mut next = now + settings.ack_timeout;
    if let Some(since) = window.due_since() {
        next = since + settings.ack_timeout;
        if next <= now {
            return Err(silent(settings));
        }
    }
    if let Some(closing) = closing {
        next = next.min(closing.farewell.deadline);
        if next <= now {
            return Err(TransportError::new(
                ErrorKind::Timeout,
                format!(
                    "the connection to {} was closed before the broker had acknowledged everything",
                    settings.broker.endpoint
                ),
            ));
        }
    }
    Ok(next)
}

fn silent(settings: &Settings) -> TransportError {
    TransportError::new(
        ErrorKind::Timeout,
        format!(
            "{} has not acknowledged a message within {:?}",
            settings.broker.endpoint, settings.ack_timeout
        ),
    )
}

pub(crate) fn closed(settings: &Settings) -> TransportError {
    TransportError::new(
        ErrorKind::Closed,
        format!("the connection to {} is closed", settings.broker.endpoint),
    )
}
