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
