//! Scenes that need a process of their own: a global logger, a fork, a memory to themselves.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use crate::PATIENCE;

/// Tells the process which scene it is there for.
const SCENE: &str = "JKOOL_TEST_SCENE";

/// Begins the variables of a scene.
const PROP: &str = "JKOOL_TEST_PROP_";

/// Whether this process is there to play the scene of this test.
pub(crate) fn is_on_stage(test: &str) -> bool {
    std::env::var(SCENE).is_ok_and(|scene| scene == test)
}

/// What the test has given to its scene under this name.
pub(crate) fn prop(name: &str) -> String {
    std::env::var(format!("{PROP}{name}")).unwrap()
}

/// Runs the test of this name once more, alone in a process, with these props; there it finds itself on stage.
///
/// Names are as libtest shows them, such as `promises::silence::over_http`.
pub(crate) fn stage(test: &str, props: &[(&str, &str)]) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args([
            "--exact",
            test,
            "--include-ignored",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(SCENE, test)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for (name, value) in props {
        command.env(format!("{PROP}{name}"), value);
    }
    command.spawn().unwrap()
}

/// Waits for the end of the scene, which must be a success, and gives all that it has printed.
pub(crate) fn applaud(mut child: Child) -> String {
    // Pipes are emptied beside the wait, or a talkative scene would stand still.
    let readers: Vec<_> = [
        child
            .stdout
            .take()
            .map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
        child
            .stderr
            .take()
            .map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
    ]
    .into_iter()
    .flatten()
    .map(|mut pipe| {
        std::thread::spawn(move || {
            let mut text = Vec::new();
            pipe.read_to_end(&mut text).map(|_| text)
        })
    })
    .collect();
    let deadline = Instant::now() + 10 * PATIENCE;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break Some(status);
        }
        if Instant::now() >= deadline {
            child.kill().unwrap();
            child.wait().unwrap();
            break None;
        }
        std::thread::sleep(std::time::Duration::from_millis(5)); // poll: for the end of the scene
    };
    let printed: Vec<u8> = readers
        .into_iter()
        .flat_map(|reader| reader.join().unwrap().unwrap())
        .collect();
    let printed = String::from_utf8_lossy(&printed).into_owned();
    assert!(
        status.is_some_and(|status| status.success()),
        "the scene ends with {status:?}:\n{printed}"
    );
    assert!(
        printed.contains("1 passed"),
        "the scene was not played:\n{printed}"
    );
    printed
}
