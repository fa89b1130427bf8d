//! The handshake: `<access-request>` and `<access-resp>`.

use jkool_transport::AccessToken;

/// The body that asks whether a token may stream.
pub(crate) fn access_request(token: &AccessToken) -> String {
    format!(
        "<access-request><token>{}</token></access-request>",
        escape(token.expose())
    )
}

/// What `<access-resp>` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AccessResponse {
    pub(crate) is_granted: bool,
    pub(crate) reason: Option<String>,
}

impl AccessResponse {
    /// Reads a body that begins with `<access-resp>`; `None` for any other. Only a `success` of `true` grants access.
    pub(crate) fn parse(body: &str) -> Option<Self> {
        let mut body = body.trim_start_matches('\u{feff}').trim_start();
        if body.starts_with("<?xml") {
            body = body.split_once("?>")?.1.trim_start();
        }
        let body = body.strip_prefix("<access-resp>")?;
        Some(Self {
            is_granted: element(body, "success").is_some_and(|text| text.eq_ignore_ascii_case("true")),
            reason: element(body, "reason")
                .map(unescape)
                .filter(|reason| !reason.is_empty()),
        })
    }
}

fn element<'a>(body: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = body.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    Some(text.trim())
}

/// `text` as it may stand between two tags.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// The five entities that XML knows by itself; the ampersand last, so that nothing is read twice.
fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_the_token() {
        assert_eq!(
            access_request(&AccessToken::new("a<b>&c")),
            "<access-request><token>a&lt;b&gt;&amp;c</token></access-request>"
        );
    }

    #[test]
    fn reads_grants_and_refusals() {
        let granted = AccessResponse {
            is_granted: true,
            reason: None,
        };
        for body in [
            "<access-resp><token>t</token><success>true</success></access-resp>",
            "<?xml version=\"1.0\"?>\n<access-resp><success> TRUE </success><reason></reason></access-resp>",
        ] {
            assert_eq!(AccessResponse::parse(body), Some(granted.clone()), "{body}");
        }
        let refused = AccessResponse::parse(
            "\u{feff} <access-resp><success>false</success><reason>token &lt;t&gt; &amp;amp; more</reason></access-resp>",
        );
        let reason = Some("token <t> &amp; more".to_owned());
        assert_eq!(
            refused,
            Some(AccessResponse {
                is_granted: false,
                reason
            })
        );
    }

    #[test]
    fn grants_nothing_by_mistake() {
        for body in [
            "<access-resp>",
            "<access-resp><success>yes</success>",
            "<access-resp></access-resp>",
        ] {
            assert!(!AccessResponse::parse(body).unwrap().is_granted, "{body}");
        }
        for body in [
            "",
            "ok",
            "{}",
            "<html>",
            "<?xml",
            "see <access-resp><success>true</success>",
        ] {
            assert_eq!(AccessResponse::parse(body), None, "{body}");
        }
    }
}
