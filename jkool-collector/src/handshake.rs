//! The access handshake: `<access-request>` in, `<access-resp>` out.

use quick_xml::Reader;
use quick_xml::escape::escape;
use quick_xml::events::Event;

const EXPECTED: &str = "expected <access-request><token>…</token></access-request>";

/// Whether a body is meant as a handshake rather than as an entity, which would start with a brace.
pub(crate) fn is_handshake(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"<")
}

/// The token of an `<access-request>`, or what is wrong with the request.
///
/// TNT4PY and JESL do not escape the token: where theirs makes the text ill-formed, it is taken as it stands.
pub(crate) fn requested_token(body: &[u8]) -> Result<String, String> {
    let text = std::str::from_utf8(body).map_err(|_| format!("the handshake is not UTF-8; {EXPECTED}"))?;
    well_formed_token(text).or_else(|reason| literal_token(text).ok_or(reason))
}

/// The answer to a handshake. JESL insists on all of `<token>` and `<success>`, and shows the reason.
pub(crate) fn answer(token: &str, refusal: Option<&str>) -> String {
    let reason = refusal
        .map(|reason| format!("<reason>{}</reason>", escape(reason)))
        .unwrap_or_default();
    format!(
        "<access-resp><token>{}</token><success>{}</success>{reason}</access-resp>",
        escape(token),
        refusal.is_none(),
    )
}

fn literal_token(text: &str) -> Option<String> {
    let token = text
        .trim()
        .strip_prefix("<access-request><token>")?
        .strip_suffix("</token></access-request>")?;
    (!token.contains('<')).then(|| token.trim().to_owned())
}

fn well_formed_token(text: &str) -> Result<String, String> {
    let mut reader = Reader::from_str(text);
    let mut path: Vec<String> = Vec::new();
    let mut token: Option<String> = None;
    let mut closed = false;
    loop {
        let event = reader
            .read_event()
            .map_err(|error| format!("{error}; {EXPECTED}"))?;
        let in_token =
            matches!(path.as_slice(), [root, child] if root == "access-request" && child == "token");
        match event {
            Event::Start(start) => {
                path.push(start.name().as_ref().to_owned());
                if path.len() > 8 {
                    return Err(format!("the handshake is nested too deeply; {EXPECTED}"));
                }
            }
            Event::End(_) => {
                path.pop();
                closed |= path.is_empty();
                if in_token {
                    token.get_or_insert_default();
                }
            }
            Event::Empty(empty) if path == ["access-request"] && empty.name().as_ref() == "token" => {
                token.get_or_insert_default();
            }
            Event::Text(part) if in_token => {
                token.get_or_insert_default().push_str(&part);
            }
            Event::CData(part) if in_token => {
                token.get_or_insert_default().push_str(&part);
            }
            Event::GeneralRef(reference) if in_token => {
                let character = match reference.resolve_char_ref() {
                    Ok(Some(character)) => character.to_string(),
                    _ => reference.as_ref().to_owned(),
                };
                let resolved = match character.as_str() {
                    "amp" => "&",
                    "lt" => "<",
                    "gt" => ">",
                    "quot" => "\"",
                    "apos" => "'",
                    other => other,
                };
                token.get_or_insert_default().push_str(resolved);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    match token {
        Some(token) if closed => Ok(token.trim().to_owned()),
        _ => Err(format!("no token in the handshake; {EXPECTED}")),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("<access-request><token>T</token></access-request>", "T")]
    #[case(
        "<?xml version=\"1.0\"?>\n<access-request>\n <token> T </token>\n</access-request>\n",
        "T"
    )]
    #[case(
        "<access-request><token>a&amp;b&lt;c&#x21;</token></access-request>",
        "a&b<c!"
    )]
    #[case("<access-request><token><![CDATA[a<b]]></token></access-request>", "a<b")]
    #[case("<access-request><token/></access-request>", "")]
    #[case("<access-request><token></token></access-request>", "")]
    #[case("<access-request><token>a&b</token></access-request>", "a&b")]
    #[case("<access-request><name>n</name><token>T</token></access-request>", "T")]
    fn reads_the_token(#[case] body: &str, #[case] token: &str) {
        assert!(is_handshake(body.as_bytes()));
        assert_eq!(requested_token(body.as_bytes()).unwrap(), token);
    }

    #[rstest]
    #[case("<access-request></access-request>")]
    #[case("<access-request><token>T</token>")]
    #[case("<token>T</token>")]
    #[case("<access-request><token>T</access-request>")]
    #[case("<html><body>hello</body></html>")]
    fn refuses_anything_else(#[case] body: &str) {
        let reason = requested_token(body.as_bytes()).unwrap_err();
        assert!(reason.contains("expected <access-request>"), "{reason}");
    }

    #[test]
    fn answers_are_escaped() {
        assert_eq!(
            answer("a<b", None),
            "<access-resp><token>a&lt;b</token><success>true</success></access-resp>"
        );
        assert_eq!(
            answer("t", Some("no & no")),
            "<access-resp><token>t</token><success>false</success><reason>no &amp; no</reason></access-resp>"
        );
    }
}
