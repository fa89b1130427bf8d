//! Help, manual, completions: all made from the same grammar.

use crate::command::run;

const COMMANDS: [&str; 8] = [
    "send",
    "stream",
    "serve",
    "demo",
    "check",
    "fqn",
    "completions",
    "man",
];

#[test]
fn the_help_tells_the_exit_codes_and_the_variables() {
    for arguments in [&["--help"][..], &["help"], &["send", "--help"], &["help", "send"]] {
        let done = run(arguments.iter().copied());
        assert_eq!((done.code, done.stderr.as_str()), (0, ""));
        for part in [
            "Exit status:",
            "unreachable",
            "JKOOL_TOKEN_FILE",
            "JKOOL_MQTT_PASSWORD",
            "--mqtt <BROKER> <USER> <PASSWORD>",
            "--keep-session",
            "--ca-cert",
            "--corr-id",
            "--msg-age-usec",
            "Examples:",
        ] {
            assert!(done.stdout.contains(part), "{arguments:?} lacks {part}");
        }
    }
    let done = run(["--version"]);
    assert_eq!(done.stdout, format!("jkool {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn every_command_has_its_help() {
    for command in COMMANDS {
        let done = run([command, "--help"]);
        assert_eq!(done.code, 0);
        assert!(
            done.stdout.contains(&format!("Usage: jkool {command}")),
            "{}",
            done.stdout
        );
    }
}

#[test]
fn the_manual_has_all_sections() {
    let done = run(["man"]);
    assert_eq!((done.code, done.stderr.as_str()), (0, ""));
    for section in [
        "NAME",
        "SYNOPSIS",
        "DESCRIPTION",
        "OPTIONS",
        "SUBCOMMANDS",
        "\"EXIT STATUS\"",
        "ENVIRONMENT",
        "EXAMPLES",
    ] {
        assert!(
            done.stdout.contains(&format!(".SH {section}\n")),
            "lacks {section}: {}",
            done.stdout
        );
    }
    assert!(done.stdout.contains("The error that ended it"), "{}", done.stdout);
    for command in COMMANDS {
        let page = run(["man", command]);
        assert_eq!(page.code, 0);
        assert!(
            page.stdout.contains(&format!(".TH jkool-{command} 1")),
            "{}",
            page.stdout
        );
    }
}

#[test]
fn completions_for_each_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let done = run(["completions", shell]);
        assert_eq!((done.code, done.stderr.as_str()), (0, ""));
        for word in ["corr-id", "serve", "token-file"] {
            assert!(done.stdout.contains(word), "{shell} lacks {word}");
        }
    }
}

#[test]
fn a_source_fqn_is_taken_apart() {
    let done = run(["fqn", "APPL=Shop#SERVER=?#DATACENTER=$DC"]);
    assert_eq!((done.code, done.stderr.as_str()), (0, ""));
    assert_eq!(
        done.stdout,
        "APPL        Shop\nSERVER      ?  (filled in when sent)\nDATACENTER  $DC  (the environment variable DC)\n"
    );
}
