//! Rust code as the house rules see it: without comments and texts, and told apart into tests and the rest.
//!
//! This is no parser. It knows where comments, string literals, character literals and braces begin and end, which is
//! all that the rules need, and takes no time to build.

use std::ops::Range;

/// The code of one file, line by line.
#[derive(Debug)]
pub(crate) struct RustSource {
    code: Vec<String>,
    test_lines: Vec<Range<usize>>,
    test_modules: Vec<String>,
}

impl RustSource {
    /// Reads a file's text.
    pub(crate) fn new(text: &str) -> Self {
        let blanked = blank(text);
        let code: Vec<String> = blanked.lines().map(str::to_owned).collect();
        let mut source = Self {
            code,
            test_lines: Vec::new(),
            test_modules: Vec::new(),
        };
        source.find_tests();
        source
    }

    /// The lines with comments and the contents of literals blanked out.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &str> {
        self.code.iter().map(String::as_str)
    }

    /// Whether a line, counted from 0, belongs to an item that is built for tests only.
    pub(crate) fn is_test_line(&self, line: usize) -> bool {
        self.test_lines.iter().any(|lines| lines.contains(&line))
    }

    /// How many lines are not for tests only.
    pub(crate) fn lines_outside_tests(&self) -> usize {
        (0..self.code.len())
            .filter(|line| !self.is_test_line(*line))
            .count()
    }

    /// The modules in other files that this file includes for tests only.
    pub(crate) fn test_modules(&self) -> impl Iterator<Item = &str> {
        self.test_modules.iter().map(String::as_str)
    }

    fn find_tests(&mut self) {
        let mut line = 0;
        while let Some(code) = self.code.get(line) {
            let code = code.trim_start();
            if code.starts_with("#[cfg(test)]") || code.starts_with("#[cfg(all(test") {
                let end = self.end_of_item(line);
                let item = self.code.get(line..end).unwrap_or_default().join(" ");
                self.test_modules.extend(file_module(&item).map(str::to_owned));
                self.test_lines.push(line..end);
                line = end;
            } else {
                line += 1;
            }
        }
    }

    /// The line after the item whose attribute stands on line `start`.
    fn end_of_item(&self, start: usize) -> usize {
        let (mut braces, mut brackets) = (0_usize, 0_usize);
        for (number, code) in self.code.iter().enumerate().skip(start) {
            for c in code.chars() {
                match c {
                    '(' | '[' => brackets += 1,
                    ')' | ']' => brackets = brackets.saturating_sub(1),
                    '{' => braces += 1,
                    '}' => braces = braces.saturating_sub(1),
                    _ => {}
                }
                if braces == 0 && brackets == 0 && matches!(c, '}' | ';') {
                    return number + 1;
                }
            }
        }
        self.code.len()
    }
}

/// The name in `… mod name;`.
fn file_module(item: &str) -> Option<&str> {
    let mut words = item
        .trim()
        .strip_suffix(';')?
        .rsplit(' ')
        .filter(|word| !word.is_empty());
    let name = words.next()?;
    (words.next() == Some("mod")).then_some(name)
}

/// The same text, of the same lines, where comments and the contents of literals are spaces.
fn blank(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut blanked = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let rest = chars.get(at..).unwrap_or_default();
        let word_goes_on = at
            .checked_sub(1)
            .and_then(|before| chars.get(before))
            .is_some_and(|c| is_word(*c));
        let end = match rest {
            ['/', '/', ..] => Some(at + length_until_newline(rest)),
            ['/', '*', ..] => Some(at + length_of_block_comment(rest)),
            ['"', ..] => Some(at + length_of_string(rest)),
            ['r' | 'b' | 'c', ..] if !word_goes_on => raw_string(rest).map(|length| at + length),
            ['\'', ..] => length_of_char(rest).map(|length| at + length),
            _ => None,
        };
        let Some(end) = end else {
            blanked.push(c);
            at += 1;
            continue;
        };
        blank_into(&mut blanked, chars.get(at..end).unwrap_or_default());
        at = end;
    }
    blanked
}

/// Appends a comment or literal as spaces. The quotes around a text stay, so that a rule can tell that one was there.
fn blank_into(blanked: &mut String, chars: &[char]) {
    let is_text = !matches!(chars.first(), Some('/' | '\''));
    let first = chars.iter().position(|c| *c == '"').filter(|_| is_text);
    let last = chars.iter().rposition(|c| *c == '"').filter(|_| is_text);
    blanked.extend(chars.iter().enumerate().map(|(at, c)| match c {
        '\n' => '\n',
        '"' if Some(at) == first || Some(at) == last => '"',
        _ => ' ',
    }));
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn length_until_newline(rest: &[char]) -> usize {
    rest.iter().position(|c| *c == '\n').unwrap_or(rest.len())
}

fn length_of_block_comment(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0_usize, 0_usize);
    while at < rest.len() {
        match rest.get(at..) {
            Some(['/', '*', ..]) => (depth, at) = (depth + 1, at + 2),
            Some(['*', '/', ..]) => (depth, at) = (depth.saturating_sub(1), at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

fn length_of_string(rest: &[char]) -> usize {
    let mut at = 1;
    loop {
        match rest.get(at) {
            Some('\\') => at += 2,
            Some('"') => return at + 1,
            Some(_) => at += 1,
            None => return rest.len(),
        }
    }
}

/// The length of a raw string with its prefix, if one begins here. Byte and C strings begin with a word character
/// too, but their rest is a plain string.
fn raw_string(rest: &[char]) -> Option<usize> {
    let prefix = match rest {
        ['r', ..] => 1,
        ['b' | 'c', 'r', ..] => 2,
        _ => return None,
    };
    let hashes = rest.get(prefix..)?.iter().take_while(|c| **c == '#').count();
    let body = prefix + hashes + 1;
    if rest.get(body - 1) != Some(&'"') {
        return None;
    }
    let ends_at = |at: &usize| {
        let close = rest.get(*at..=at + hashes).unwrap_or_default();
        close.first() == Some(&'"')
            && close.iter().skip(1).filter(|c| **c == '#').count() == hashes
            && close.len() == hashes + 1
    };
    Some(
        (body..rest.len())
            .find(ends_at)
            .map_or(rest.len(), |at| at + hashes + 1),
    )
}

/// The length of a character literal, if this is one and not a lifetime.
fn length_of_char(rest: &[char]) -> Option<usize> {
    match rest {
        ['\'', '\\', _, tail @ ..] => tail.iter().position(|c| *c == '\'').map(|at| at + 4),
        ['\'', _, '\'', ..] => Some(3),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_texts_are_blanked_and_code_stays() {
        let check = |text: &str, expected: &str| assert_eq!(blank(text), expected, "{text}");
        check("a(); // \"b\"", "a();       ");
        check("a /* b /* c */ d */ e", "a                   e");
        check(r#"f("x // \" y", 1)"#, r#"f("         ", 1)"#);
        check("r#\"a \"quoted\" b\"# + c", "  \"            \"  + c");
        check("br\"x\" r#match", "  \" \" r#match");
        check("let c = '\"'; let l: &'a str;", "let c =    ; let l: &'a str;");
        check(r"['\'', '\u{1F600}', 'x']", "[    ,            ,    ]");
        check("for\"x\"", "for\" \"");
        check("\"open\nend", "\"    \n   ");
    }

    #[test]
    fn blanking_keeps_the_lines() {
        let text = "fn a() {\n    /* one\n    two */\n    b(\"three\n    four\");\n}\n";
        let source = RustSource::new(text);
        assert_eq!(source.lines().count(), text.lines().count());
        assert_eq!(source.lines().nth(4), Some("        \");"));
    }

    #[test]
    fn test_modules_and_test_items_are_told_apart() {
        let text = "\
use a;
#[cfg(test)]
use b::{c, d};
fn e() {}
#[cfg(test)]
mod tests {
    fn f() { if true {} }
}
fn g() {}
";
        let source = RustSource::new(text);
        let tests: Vec<usize> = (0..9).filter(|line| source.is_test_line(*line)).collect();
        assert_eq!(tests, [1, 2, 4, 5, 6, 7]);
        assert_eq!(source.lines_outside_tests(), 3);
        assert_eq!(source.test_modules().count(), 0);
    }

    #[test]
    fn test_modules_in_other_files_are_known() {
        let source = RustSource::new(
            "#[cfg(test)]\nmod oracle;\n#[cfg(all(test, unix))]\npub(crate) mod far_end;\nmod b;\n",
        );
        assert_eq!(source.test_modules().collect::<Vec<_>>(), ["oracle", "far_end"]);
        assert_eq!(source.lines_outside_tests(), 1);
    }

    #[test]
    fn an_attribute_in_a_comment_is_none() {
        assert_eq!(
            RustSource::new("// #[cfg(test)]\nfn a() {}\n").lines_outside_tests(),
            2
        );
    }
}
