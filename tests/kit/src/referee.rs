//! Other people's software as referees: programs that judge what we send, where an environment variable says where they are.

use serde_json::Value;
use std::{
    io::Write,
    process::{Command, Stdio},
};

/// Where `variable` says the referee is. `None`, said aloud, where it is not set.
///
/// # Panics
/// When it is not set under `COUNTERSIGN_TEST_STRICT`.
pub fn at(variable: &str) -> Option<String> {
    let named = std::env::var(variable).ok();
    if named.is_none() {
        assert!(std::env::var_os("COUNTERSIGN_TEST_STRICT").is_none(), "{variable} is not set");
        eprintln!("skipped: {variable} is not set");
    }
    named
}

/// A script of `tests/peers`.
pub fn script(name: &str) -> String {
    format!("{}/../peers/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A Node script of `tests/peers`, with the packages that are installed below `modules`.
pub fn node(name: &str, modules: &str) -> Command {
    let mut node = Command::new("node");
    node.arg(script(name)).arg(modules).env("NODE_PATH", format!("{modules}/node_modules"));
    node
}

/// Hands the referee these lines; what it said.
///
/// # Panics
/// When it does not start, or ends with another status than 0.
pub fn judged(referee: &mut Command, lines: &[Value]) -> String {
    let started = referee.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut referee = started.unwrap_or_else(|e| panic!("{referee:?} does not start: {e}"));
    if let Some(mut input) = referee.stdin.take() {
        for line in lines {
            writeln!(input, "{line}").unwrap_or_else(|e| panic!("the referee stopped listening: {e}"));
        }
    }
    let done = referee.wait_with_output().unwrap_or_else(|e| panic!("the referee was lost: {e}"));
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "{said}");
    said
}
