//! Where accepted entities go: the output file, the memory of the latest ones, the callback.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

use crate::output_file::OutputFile;
use crate::stats::Counters;
use crate::{Received, Stats};

pub(crate) type OnEntity = Box<dyn Fn(&Received) + Send + Sync>;

/// Takes entities, counts them, hands them on.
pub(crate) struct Intake {
    pub(crate) counters: Counters,
    shelf: Mutex<Shelf>,
    on_entity: Option<OnEntity>,
    taken: watch::Sender<u64>,
}

struct Shelf {
    output: Option<OutputFile>,
    latest: VecDeque<Received>,
    keep: usize,
}

impl Intake {
    pub(crate) fn new(output: Option<OutputFile>, keep: usize, on_entity: Option<OnEntity>) -> Self {
        Self {
            counters: Counters::default(),
            shelf: Mutex::new(Shelf {
                output,
                latest: VecDeque::new(),
                keep,
            }),
            on_entity,
            taken: watch::Sender::new(0),
        }
    }

    /// Takes all of these or, if the output file fails, none.
    pub(crate) fn take(&self, all: &[Received]) -> io::Result<()> {
        {
            let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(output) = &mut shelf.output {
                let mut lines = String::new();
                for received in all {
                    lines.push_str(received.body());
                    lines.push('\n');
                }
                output.append(lines.as_bytes())?;
            }
            for received in all {
                self.counters
                    .accept(received.entity().kind(), received.body().len());
                if shelf.latest.len() >= shelf.keep {
                    shelf.latest.pop_front();
                }
                if shelf.keep > 0 {
                    shelf.latest.push_back(received.clone());
                }
            }
        }
        if let Some(on_entity) = &self.on_entity {
            all.iter().for_each(on_entity);
        }
        self.taken.send_modify(|count| *count += all.len() as u64);
        Ok(())
    }

    pub(crate) fn latest(&self) -> Vec<Received> {
        self.shelf
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .latest
            .iter()
            .cloned()
            .collect()
    }

    pub(crate) fn stats(&self) -> Stats {
        self.counters.read()
    }

    /// Waits until this many entities were taken in all.
    pub(crate) async fn taken(&self, count: u64) {
        // The sender lives as long as `self`, so the wait cannot fail.
        let _ = self.taken.subscribe().wait_for(|taken| *taken >= count).await;
    }
}

impl fmt::Debug for Intake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Intake")
            .field("counters", &self.counters)
            .finish_non_exhaustive()
    }
}
