//! `jkool demo`: works without an account, reads well at 80 columns.

use crate::command::{finish, jkool, run};

const STORY: &str = "\
A collector listens at http://127.0.0.1:PORT. One order streams to it over
HTTP, just as it would to the jKool service. This is what arrives:

TIME INFO     receive  PlaceOrder     order received: 2 items
              corr=order-4711 parent=…IDIDIDID location=\"Atlanta, GA\" user=alice
TIME          dataset  Prices@Catalog lamp=49.0 chair=50.5
TIME INFO     call     CheckStock     both items on stock elapsed=3.2ms
              corr=order-4711 parent=…IDIDIDID resource=warehouse-2
TIME          snapshot Stock@Depot    parent=…IDIDIDID on-hand=318
              reserved=2
TIME WARNING  call     ChargeCard     card issuer timed out, trying
              again comp-code=WARNING reason=504 elapsed=40ms corr=order-4711
              parent=…IDIDIDID
TIME INFO     call     ChargeCard     card charged elapsed=31ms
              corr=order-4711,payment-88 parent=…IDIDIDID
              Payment@Order{order-no=4711 order-amount=99.5 currency=USD}
TIME INFO     log      mailer         invoice 2041 mailed to alice
TIME NOTICE   send     ShipOrder      parcel handed to the carrier
              corr=order-4711 parent=…IDIDIDID resource=parcels
TIME INFO     activity ProcessOrder   END members=5 id=…IDIDIDID
              elapsed=121ms corr=order-4711

9 entities sent, 9 delivered in N ms. Now your own: run `jkool serve`, and in
another terminal
  jkool \"Your message\" --url http://127.0.0.1:6580 --https any-token
";

#[test]
fn tells_the_story_of_an_order() {
    let done = run(["demo"]);
    assert_eq!((done.code, done.stderr.as_str()), (0, ""));
    for line in done.stdout.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    assert_eq!(normalised(&done.stdout), STORY);
}

/// Standard output is no terminal here, so colours come only when they are forced, and never against `NO_COLOR`.
#[test]
fn colours_follow_the_environment() {
    assert!(!run(["demo"]).stdout.contains('\u{1b}'));
    let forced = finish(jkool().arg("demo").env("CLICOLOR_FORCE", "1"));
    assert!(
        forced.stdout.contains("\u{1b}[33mWARNING\u{1b}[0m"),
        "{:?}",
        forced.stdout
    );
    let plain: String = strip(&forced.stdout);
    assert_eq!(normalised(&plain), STORY);
    let unwanted = finish(jkool().arg("demo").env("NO_COLOR", "1"));
    assert!(!unwanted.stdout.contains('\u{1b}'));
}

/// Times, ids, the port and the duration are those of the day.
fn normalised(text: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for line in &mut lines {
        if line.get(2..3) == Some(":") && line.get(12..13) == Some("Z") {
            line.replace_range(..13, "TIME");
        }
        let mut searched = 0;
        while let Some(found) = line[searched..].find('…') {
            let start = searched + found + '…'.len_utf8();
            line.replace_range(start..start + 8, "IDIDIDID");
            searched = start;
        }
    }
    let text = lines.join("\n") + "\n";
    let (before, rest) = text.split_once("127.0.0.1:").unwrap();
    let text = format!(
        "{before}127.0.0.1:PORT{}",
        rest.trim_start_matches(|digit: char| digit.is_ascii_digit())
    );
    let (before, rest) = text.split_once("delivered in ").unwrap();
    format!(
        "{before}delivered in N{}",
        rest.trim_start_matches(|digit: char| digit.is_ascii_digit())
    )
}

/// Without the sequences that colour.
fn strip(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let mut plain = parts.next().unwrap().to_owned();
    for part in parts {
        plain.push_str(part.split_once('m').unwrap().1);
    }
    plain
}
