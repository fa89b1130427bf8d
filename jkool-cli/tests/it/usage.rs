//! Wrong usage: exit code 2 and one line.

use rstest::rstest;

use crate::command::run;

#[rstest]
#[case(&["sned"], "looks like the command send")]
#[case(&["Serve"], "looks like the command serve")]
#[case(&["sned", "--stdout"], "jkool send sned")]
#[case(&["chekc", "--https", "T"], "looks like the command check")]
#[case(&["hello", "world"], "put quotes around a message")]
#[case(&["send", "hello", "world"], "put quotes around a message")]
#[case(&["hello", "demo"], "put quotes around a message")]
#[case(&["hello", "--locaton", "x"], "'--location'")]
#[case(&["hello", "--severity", "loud"], "CRITICAL")]
#[case(&["hello", "--comp-code", "fine"], "SUCCESS")]
#[case(&["hello", "--reason-code", "x"], "expected a whole number")]
#[case(&["hello", "--elapsed-time-usec", "1.5"], "expected a whole number")]
#[case(&["hello", "--property", "x"], "expected NAME=VALUE")]
#[case(&["hello", "--property", "x=y:int"], "no int")]
#[case(&["hello", "--snapshot", ":x=1"], "expected NAME")]
#[case(&["hello", "--dialect", "java"], "tnt4j, tnt4py")]
#[case(&["hello", "--timeout", "0"], "above 0")]
#[case(&["hello", "--timeout", "NaN"], "above 0")]
#[case(&["hello", "--source-fqn", "FOO=x", "--stdout"], "unknown type")]
#[case(&["send", "--stdout"], "nothing to send")]
#[case(&["hello", "--https", "T", "--url", "ftp://h"], "ftp://h")]
#[case(&["hello", "--https", "T", "--url", "not a url"], "not a url")]
#[case(&["completions"], "<SHELL>")]
#[case(&["completions", "tcl"], "bash")]
#[case(&["fqn", "APPL"], "not a source FQN")]
#[case(&["fqn", "appl=x#"], "meant APPL=x?")]
#[case(&["man", "nonsense"], "no command nonsense")]
#[case(&["serve", "--cert", "x"], "--key")]
#[case(&["serve", "--mqtt", "broker"], "--subscribe")]
#[case(&["serve", "--subscribe", "#"], "--mqtt")]
#[case(&["hello", "--mqtt", "broker", "user"], "3 values")]
#[case(&["hello", "--mqtt", "broker", "user", "-"], "JKOOL_MQTT_PASSWORD")]
#[case(&["hello", "--mqtt", "b", "u", "p", "--url", "mqtt://b"], "two destinations")]
#[case(&["hello", "--mqtt", "b", "u", "p", "--https", "T"], "--https is for HTTP")]
#[case(&["hello", "--mqtt", "b", "u", "p", "--username", "u"], "two users")]
#[case(&["hello", "--mqtt", "b", "u", "p", "--handshake"], "--handshake is for HTTP")]
#[case(&["hello", "--mqtt", "b", "u", "p", "--topic", "a/#"], "the topic has '#'")]
#[case(&["hello", "--mqtt", "b", "u", "p", "--qos", "3"], "expected 0, 1 or 2")]
#[case(&["hello", "--mqtt", "b", "u", "p", "--keepalive", "0"], "1 to 65535")]
#[case(&["hello", "--mqtt", "b", "u", "p", "--keep-session"], "--client-id")]
#[case(&["hello", "--url", "mqtt://b", "--keep-session", "--client-id", "c", "--qos", "2"], "give --qos 1")]
#[case(&["hello", "--url", "mqtt://b", "--username", "u"], "JKOOL_MQTT_PASSWORD")]
#[case(&["hello", "--url", "mqtt://u:p@b"], "give --username and JKOOL_MQTT_PASSWORD instead")]
#[case(&["hello", "--url", "mqtt://b", "--token-file", "x"], "--token-file is for HTTP")]
#[case(&["hello", "--url", "mqtt://b", "--ca-cert", "x"], "use mqtts://")]
#[case(&["hello", "--url", "mqtts://b", "--ca-cert", "/no/such/file"], "/no/such/file")]
#[case(&["hello", "--https", "T", "--url", "ws://b"], "ws://b")]
#[case(&["hello", "--https", "T", "--topic", "t"], "--topic is for MQTT")]
#[case(&["hello", "--https", "T", "--url", "http://127.0.0.1", "--insecure"], "use https://")]
#[case(&["hello", "--https", "T", "--insecure", "--ca-cert", "x"], "--ca-cert")]
#[case(&["hello", "--https", "T", "--cert", "x"], "--key")]
#[case(&["hello", "--https", "T", "--tls-min", "1.1"], "TLS 1.2 is the least")]
#[case(&["hello", "--https", "T", "--ciphers", "nonsense"], "nonsense")]
fn one_line_says_what_to_do(#[case] arguments: &[&str], #[case] part: &str) {
    run(arguments.iter().copied()).assert_failed(2, &[part]);
}

/// What the shell passes through is shown escaped.
#[test]
fn control_characters_in_arguments_do_not_reach_the_terminal() {
    let done = run(["m", "--severity", "\u{1b}[2Jloud\nx", "--stdout"]);
    assert_eq!(done.code, 2);
    assert!(!done.stderr.contains('\u{1b}'), "{:?}", done.stderr);
    let done = run(["fqn", "APPL=\u{1b}[2J"]);
    assert_eq!(done.code, 2);
    assert!(!done.stderr.contains('\u{1b}'), "{:?}", done.stderr);
}

#[test]
fn nothing_at_all_shows_the_help() {
    let done = run([]);
    assert_eq!((done.code, done.stdout.as_str()), (2, ""));
    assert!(done.stderr.contains("Usage: jkool"), "{}", done.stderr);
}
