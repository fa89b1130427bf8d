//! A file that can be opened as if it were writable, and is not touched: what is written stays in memory.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use redb::StorageBackend;

/// A backend over another that reads through and keeps writes to itself.
#[derive(Debug)]
pub(crate) struct Overlay {
    below: Box<dyn StorageBackend>,
    written: Mutex<Written>,
}

#[derive(Debug)]
struct Written {
    len: u64,
    /// How much of what is below still shows: what was cut off once stays zero.
    below_len: u64,
    pieces: BTreeMap<u64, Vec<u8>>,
}

impl Overlay {
    pub(crate) fn new(below: Box<dyn StorageBackend>) -> io::Result<Self> {
        let len = below.len()?;
        let written = Mutex::new(Written {
            len,
            below_len: len,
            pieces: BTreeMap::new(),
        });
        Ok(Self { below, written })
    }

    fn lock(&self) -> MutexGuard<'_, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StorageBackend for Overlay {
    fn len(&self) -> io::Result<u64> {
        Ok(self.lock().len)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let written = self.lock();
        let end = offset + out.len() as u64;
        if end > written.len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        out.fill(0);
        let below = span(0, written.below_len.clamp(offset, end) - offset);
        if let Some(part) = out.get_mut(below).filter(|part| !part.is_empty()) {
            self.below.read(offset, part)?;
        }
        for (start, piece) in written.pieces.range(..end) {
            let from = (*start).max(offset);
            let to = (start + piece.len() as u64).min(end);
            if from < to {
                let source = piece.get(span(from - start, to - start));
                let target = out.get_mut(span(from - offset, to - offset));
                if let (Some(source), Some(target)) = (source, target) {
                    target.copy_from_slice(source);
                }
            }
        }
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.lock().set_len(len);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.lock().write(offset, data);
        Ok(())
    }
}

impl Written {
    fn set_len(&mut self, len: u64) {
        self.len = len;
        self.below_len = self.below_len.min(len);
        self.pieces.split_off(&len);
        if let Some((start, piece)) = self.pieces.range_mut(..len).next_back() {
            piece.truncate(usize::try_from(len - start).unwrap_or(usize::MAX));
        }
    }

    /// Pieces never overlap, so that reading can go through them in any order.
    fn write(&mut self, offset: u64, data: &[u8]) {
        if data.is_empty() {
            return;
        }
        let end = offset + data.len() as u64;
        let touched: Vec<u64> = self
            .pieces
            .range(..end)
            .filter(|(start, piece)| *start + piece.len() as u64 > offset)
            .map(|(start, _)| *start)
            .collect();
        for start in touched {
            let Some(mut piece) = self.pieces.remove(&start) else {
                continue;
            };
            let piece_end = start + piece.len() as u64;
            if piece_end > end {
                let tail = piece.split_off(usize::try_from(end - start).unwrap_or(piece.len()));
                self.pieces.insert(end, tail);
            }
            if start < offset {
                piece.truncate(usize::try_from(offset - start).unwrap_or(0));
                self.pieces.insert(start, piece);
            }
        }
        self.pieces.insert(offset, data.to_vec());
    }
}

fn span(from: u64, to: u64) -> std::ops::Range<usize> {
    usize::try_from(from).unwrap_or(usize::MAX)..usize::try_from(to).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use redb::backends::InMemoryBackend;

    use super::*;

    #[test]
    fn it_reads_as_if_written_and_leaves_what_is_below_alone() {
        let mut random = fastrand::Rng::with_seed(1);
        for _ in 0..200 {
            let below = InMemoryBackend::new();
            let content: Vec<u8> = (0..random.usize(1..300)).map(|_| random.u8(..)).collect();
            below.set_len(content.len() as u64).unwrap();
            below.write(0, &content).unwrap();
            let overlay = Overlay::new(Box::new(below)).unwrap();
            let mut expected = content.clone();
            for _ in 0..30 {
                if random.u8(..10) == 0 {
                    let len = random.usize(1..=expected.len() + 50);
                    overlay.set_len(len as u64).unwrap();
                    expected.resize(len, 0);
                }
                let from = random.usize(..expected.len());
                let to = random.usize(from..=expected.len());
                let data = vec![random.u8(..); to - from];
                overlay.write(from as u64, &data).unwrap();
                expected[from..to].copy_from_slice(&data);
                let from = random.usize(..expected.len());
                let mut out = vec![0; random.usize(..=expected.len() - from)];
                overlay.read(from as u64, &mut out).unwrap();
                assert_eq!(out, expected[from..from + out.len()]);
            }
            assert!(overlay.read(expected.len() as u64, &mut [0]).is_err());
            let mut out = vec![0; content.len()];
            overlay.below.read(0, &mut out).unwrap();
            assert_eq!(out, content);
        }
    }
}
