//! Splits a stream of bytes into lines, in memory that does not grow with it.

use std::io::{self, ErrorKind, Read};

use memchr::memchr;

/// The longest line that is taken, in bytes, without its end.
pub(crate) const LINE_MAX_BYTES: usize = 1 << 20;

/// How much is read at once.
const CHUNK_BYTES: usize = 128 << 10;

/// Reads lines that end with `\n`, `\r\n` or the input.
pub(crate) struct LineReader<R> {
    source: R,
    buffer: Vec<u8>,
    /// The line begins here.
    begin: usize,
    /// Up to here there is no line end.
    scanned: usize,
    /// What was read ends here.
    end: usize,
}

/// A line without its end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line<'a> {
    Whole(&'a [u8]),
    /// Longer than [`LINE_MAX_BYTES`]; it was passed over.
    TooLong,
}

impl<R: Read> LineReader<R> {
    pub(crate) fn new(source: R) -> Self {
        Self {
            source,
            buffer: vec![0; CHUNK_BYTES],
            begin: 0,
            scanned: 0,
            end: 0,
        }
    }

    /// The next line; `None` at the end. It waits for input only if there is no whole line left of what was read.
    pub(crate) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        let mut is_too_long = false;
        let line = loop {
            let unseen = self.buffer.get(self.scanned..self.end).unwrap_or_default();
            if let Some(at) = memchr(b'\n', unseen) {
                let line = self.begin..self.scanned + at;
                self.begin = line.end + 1;
                self.scanned = self.begin;
                break line;
            }
            self.scanned = self.end;
            // One more, for the carriage return that may be the last.
            if self.end - self.begin > LINE_MAX_BYTES + 1 {
                is_too_long = true;
                self.begin = self.end;
            }
            if self.fill()? == 0 {
                let line = self.begin..self.end;
                self.begin = self.end;
                if line.is_empty() && !is_too_long {
                    return Ok(None);
                }
                break line;
            }
        };
        let line = self.buffer.get(line).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        Ok(Some(if is_too_long || line.len() > LINE_MAX_BYTES {
            Line::TooLong
        } else {
            Line::Whole(line)
        }))
    }

    /// Reads more behind what there is; returns how many bytes.
    fn fill(&mut self) -> io::Result<usize> {
        if self.begin == self.end {
            (self.begin, self.scanned, self.end) = (0, 0, 0);
        }
        if self.end == self.buffer.len() {
            if self.begin > 0 {
                self.buffer.copy_within(self.begin..self.end, 0);
                self.end -= self.begin;
                self.scanned -= self.begin;
                self.begin = 0;
            } else {
                self.buffer.resize(2 * self.buffer.len(), 0);
            }
        }
        let free = self.buffer.get_mut(self.end..).unwrap_or_default();
        loop {
            match self.source.read(free) {
                Ok(read) => {
                    self.end += read;
                    return Ok(read);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives so many bytes at a time at most.
    struct Dripping<'a>(&'a [u8], usize);

    impl Read for Dripping<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let most = self.1.min(buffer.len());
            self.0.read(&mut buffer[..most])
        }
    }

    /// The lengths of long lines, and the short ones themselves.
    fn lines(input: &[u8], step: usize) -> Vec<String> {
        let mut reader = LineReader::new(Dripping(input, step));
        let mut lines = Vec::new();
        while let Some(line) = reader.next().unwrap() {
            lines.push(match line {
                Line::Whole(line) if line.len() > 100 => line.len().to_string(),
                Line::Whole(line) => String::from_utf8(line.to_vec()).unwrap(),
                Line::TooLong => "too long".to_owned(),
            });
        }
        lines
    }

    #[test]
    fn each_line_end_counts_and_the_last_may_lack_it() {
        for step in [1, 2, 3, 1000] {
            assert_eq!(lines(b"", step), Vec::<String>::new());
            assert_eq!(lines(b"a", step), ["a"]);
            assert_eq!(lines(b"a\nb\r\n\n\r\nc\rd\r", step), ["a", "b", "", "", "c\rd"]);
        }
    }

    #[test]
    fn long_lines_are_taken_and_longer_ones_passed_over() {
        let line = |bytes| vec![b'x'; bytes];
        let mut input = Vec::new();
        for (bytes, end) in [
            (LINE_MAX_BYTES, "\n"),
            (LINE_MAX_BYTES + 1, "\n"),
            (1, "\n"),
            (LINE_MAX_BYTES, "\r\n"),
            (5 * LINE_MAX_BYTES, "\r\n"),
            (CHUNK_BYTES, "\n"),
            (3 * LINE_MAX_BYTES, ""),
        ] {
            input.extend(line(bytes));
            input.extend_from_slice(end.as_bytes());
        }
        let max = LINE_MAX_BYTES.to_string();
        let chunk = CHUNK_BYTES.to_string();
        let expected = [
            max.as_str(),
            "too long",
            "x",
            &max,
            "too long",
            &chunk,
            "too long",
        ];
        for step in [1_000, 65_537, usize::MAX] {
            assert_eq!(lines(&input, step), expected);
        }
        let mut reader = LineReader::new(input.as_slice());
        while reader.next().unwrap().is_some() {}
        assert!(
            reader.buffer.len() <= 2 * LINE_MAX_BYTES,
            "{}",
            reader.buffer.len()
        );
    }

    #[test]
    fn random_cuts_change_nothing() {
        let input: Vec<u8> = (0..200_000_u32)
            .map(|index| {
                if index.wrapping_mul(2_654_435_761) >> 26 == 7 {
                    b'\n'
                } else {
                    b'a'
                }
            })
            .collect();
        let expected: Vec<usize> = input.split(|byte| *byte == b'\n').map(<[u8]>::len).collect();
        for step in [7, 4_096, usize::MAX] {
            let mut reader = LineReader::new(Dripping(&input, step));
            let mut found = Vec::new();
            while let Some(Line::Whole(line)) = reader.next().unwrap() {
                found.push(line.len());
            }
            // Behind a last line end there is no line.
            let whole = expected.strip_suffix(&[0]).unwrap_or(&expected);
            assert_eq!(found, whole);
        }
    }
}
