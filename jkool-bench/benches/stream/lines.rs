//! A log file of lines that all differ, and the events they become.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use jkool_model::{Dialect, Encoder, Event};

use crate::Outcome;

/// Each line has so many bytes, its end not counted.
const LINE_BYTES: usize = 200;

pub(crate) struct Lines {
    path: PathBuf,
    pub(crate) count: usize,
}

impl Lines {
    /// Writes a file of so many lines; it goes away with the value.
    pub(crate) fn write(count: usize) -> Outcome<Self> {
        let path = std::env::temp_dir().join(format!("jkool-bench-{}-{count}.log", std::process::id()));
        let mut file = BufWriter::new(File::create(&path)?);
        for number in 0..count {
            writeln!(file, "{}", line(number))?;
        }
        file.flush()?;
        Ok(Self { path, count })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The events of all lines, as the command sends them.
    pub(crate) fn bodies(&self) -> Vec<Bytes> {
        let encoder = Encoder::new(Dialect::Tnt4j);
        (0..self.count)
            .map(|number| {
                let event = Event::new("jkool")
                    .message(line(number))
                    .source_fqn("APPL=jkool#SERVER=vm#NETADDR=192.0.2.2");
                Bytes::from(encoder.encode_to_string(&event))
            })
            .collect()
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        // Nothing is lost if it is gone already.
        let _ = std::fs::remove_file(&self.path);
    }
}

fn line(number: usize) -> String {
    let start = format!(
        "2026-11-24T12:00:{:02}.{:06}Z INFO shop.orders order {number} \"processed\" ",
        number / 1_000_000 % 60,
        number % 1_000_000
    );
    format!("{start:x<LINE_BYTES$}")
}
