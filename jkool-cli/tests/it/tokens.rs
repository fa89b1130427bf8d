//! Where the token may come from.

use crate::command::{TOKEN, finish, jkool, private_file, run};
use crate::far_end::FarEnd;

/// Arguments and variables.
type Case<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)]);

#[test]
fn each_source_works_and_the_nearest_wins() {
    let folder = tempfile::tempdir().unwrap();
    let (good, bad) = (folder.path().join("good"), folder.path().join("bad"));
    private_file(&good, &format!("{TOKEN}\n"));
    private_file(&bad, "wrong-token");
    let (good, bad) = (good.to_str().unwrap(), bad.to_str().unwrap());
    let cases: [Case<'_>; 8] = [
        (&["--https", TOKEN], &[("JKOOL_TOKEN", "wrong-token")]),
        (&["--https", TOKEN], &[("JKOOL_TOKEN_FILE", bad)]),
        (&["--token-file", good], &[("JKOOL_TOKEN", "wrong-token")]),
        (
            &["--token-file", good, "--https", "-"],
            &[("JKOOL_TOKEN_FILE", bad)],
        ),
        (&[], &[("JKOOL_TOKEN", TOKEN)]),
        (&["--https", "-"], &[("JKOOL_TOKEN", TOKEN)]),
        (&[], &[("JKOOL_TOKEN_FILE", good), ("JKOOL_TOKEN", "wrong-token")]),
        (&[], &[("JKOOL_TOKEN_FILE", ""), ("JKOOL_TOKEN", TOKEN)]),
    ];
    for (arguments, variables) in cases {
        let far_end = FarEnd::start();
        let mut command = jkool();
        command
            .arg("m")
            .env("JKOOL_URL", far_end.url())
            .args(arguments)
            .envs(variables.iter().copied());
        finish(&mut command).assert_quiet_success();
        far_end.only();
    }
}

#[test]
fn without_a_token_the_ways_to_give_one_are_told() {
    run(["m"]).assert_failed(
        2,
        &[
            "no access token",
            "JKOOL_TOKEN",
            "--https",
            "--token-file",
            "jkool demo",
            "--stdout",
        ],
    );
    run(["m", "--https", "-"]).assert_failed(2, &["no access token"]);
    run(["check"]).assert_failed(2, &["no access token"]);
}

#[test]
fn unusable_tokens_are_wrong_usage() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    run(["m", "--token-file", missing.to_str().unwrap()]).assert_failed(2, &[missing.to_str().unwrap()]);
    let empty = folder.path().join("empty");
    private_file(&empty, "\n");
    run(["m", "--token-file", empty.to_str().unwrap()]).assert_failed(2, &["empty"]);
    run(["m", "--https", ""]).assert_failed(2, &["token"]);
    run(["m", "--https", "two\nlines"]).assert_failed(2, &["token"]);
    run(["m", "--https", TOKEN, "--token-file", empty.to_str().unwrap()]).assert_failed(2, &["two tokens"]);
}

#[cfg(unix)]
#[test]
fn a_token_file_that_others_can_read_is_warned_about() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    private_file(&path, TOKEN);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let far_end = FarEnd::start();
    let done = run([
        "m",
        "--token-file",
        path.to_str().unwrap(),
        "--url",
        &far_end.url(),
    ]);
    assert_eq!(done.code, 0);
    assert!(
        done.stderr.contains("others can read the token"),
        "{}",
        done.stderr
    );
    far_end.only();
}

/// The token is an argument of each of these, and none may print it: not in an error, not in the help.
#[test]
fn the_token_stays_unseen_when_arguments_are_wrong() {
    for arguments in [
        &["m", "--https", TOKEN, "--nonsense"][..],
        &["m", "--https", TOKEN, "--https", TOKEN],
        &["m", "--https", TOKEN, "--timeout", "soon"],
        &["m", "--https", TOKEN, "--url", "nonsense"],
        &["m", "--https", TOKEN, "demo"],
    ] {
        run(arguments.iter().copied()).assert_failed(2, &[]);
    }
    for arguments in [&["--help"][..], &["send", "--help"], &["-h"], &["check", "-h"]] {
        let done = finish(
            jkool()
                .args(arguments)
                .env("JKOOL_TOKEN", TOKEN)
                .env("JKOOL_URL", "http://c4nary-url"),
        );
        assert_eq!(done.code, 0);
        assert!(done.stdout.contains("--https"), "{}", done.stdout);
    }
}
