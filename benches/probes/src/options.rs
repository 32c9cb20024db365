//! `--name value` on the command line.

use std::{fmt::Debug, str::FromStr};

/// The value of `--name`, or the default.
///
/// # Panics
/// When it is given and makes no sense.
pub fn option<T: FromStr<Err: Debug>>(name: &str, default: T) -> T {
    let arguments: Vec<String> = std::env::args().collect();
    let at = arguments.iter().position(|argument| argument.strip_prefix("--") == Some(name));
    match at.and_then(|at| arguments.get(at + 1)) {
        Some(text) => text.parse().unwrap_or_else(|why| panic!("--{name} {text}: {why:?}")),
        None => default,
    }
}
