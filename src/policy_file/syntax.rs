//! What the TOML parser says, in words that help.

use super::problem::{Problems, Report};
use toml::{Spanned, de::DeTable};

/// The file as a tree. Errors: its mistakes of syntax. A list or quote that is never closed makes nonsense of all that
/// follows, so then only the first is said.
pub(super) fn parse<'a>(text: &'a str, report: &Report<'a>) -> Result<Spanned<DeTable<'a>>, Problems> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let runs_on = errors.iter().any(|e| ["array", "table", "multi"].iter().any(|word| e.message().contains(word)));
    let mut last_line = 0;
    for error in errors.iter().take(if runs_on { 1 } else { 20 }) {
        let span = error.span().unwrap_or(0..0);
        if report.line(&span) != last_line {
            last_line = report.line(&span);
            let rest = text.get(span.start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
            let (what, hint) = words(error.message(), rest.trim().is_empty());
            report.problem(&span, what, hint);
        }
    }
    report.so_far().map(|()| table)
}

fn words(message: &str, at_end_of_line: bool) -> (String, &'static str) {
    const QUOTES: &str = "text goes between two quotes: level = \"member\"";
    let said = |text: &str| text.to_owned();
    match message {
        _ if message.contains("string values must be quoted") && at_end_of_line => {
            (said("there is no value"), "write key = value on one line")
        }
        _ if message.contains("string values must be quoted") => (said("a text without quotes"), QUOTES),
        _ if message.contains("invalid basic string") => (said("a text without its closing quote"), QUOTES),
        _ if message.contains("duplicate key") => {
            (said("the same key twice"), "each key once per section; a list of sections is written [[people]]")
        }
        _ if message.contains("array") => (
            said("a list is not closed, or lacks a comma"),
            "look here and just above: teams = [\"sre\", \"security\"]",
        ),
        _ => {
            let what = format!("this is not TOML: {}", message.trim().replace('`', "\""));
            (what, "a line is key = value, [section] or # comment")
        }
    }
}
