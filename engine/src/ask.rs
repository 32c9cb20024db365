//! What people type after `/access` (rule 29): one reading for every chat platform, the console and the terminal.
//!
//! ```text
//! <resource> [access level] <duration> [reason]      access level and duration in either order, also before the resource
//! list · status [id] · cancel [id] · end [id] · who [id] · explain <resource> [access level] <duration> · link · help
//! ```
//!
//! A subcommand is meant when it is the first word and what follows fits: nothing, or a request's id. Otherwise a
//! resource of that name is meant, if there is one: with a resource called `status`, `status` asks how things are and
//! `status 4h` asks for access.

mod draft;
mod length;
mod print;
mod scan;

pub use print::print;

use crate::{
    command::Draft,
    ports::{Offer, Question},
    refusal::Refusal,
    time::{Length, Timestamp},
};
use chrono_tz::Tz;
use scan::Scan;

/// What somebody wants of us. An id is a request's id or short id as they typed it; `None` means "the only one it can
/// be", which the reader of the database works out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Nothing was typed: show the platform's form.
    Form,
    /// Open a request.
    Request(Draft),
    /// Show my requests and grants.
    List,
    /// How does it stand?
    Status(Option<String>),
    /// Take a pending request back.
    Cancel(Option<String>),
    /// I am done with the access.
    End(Option<String>),
    /// Who can vote on it?
    Who(Option<String>),
    /// What would happen (rule 7)?
    Explain(Question),
    /// Bind my chat account to me.
    Link,
    /// How does this work?
    Help,
}

/// The words that are subcommands when they come first.
pub const SUBCOMMANDS: [&str; 8] = ["list", "status", "cancel", "end", "who", "explain", "link", "help"];

/// Reads what somebody typed, a leading `/access` included or not. `now` and `timezone` give `until 18:00` its meaning.
/// Pure: whether the resource may be asked for, for how long and by whom is decided later.
///
/// # Errors
/// [`Refusal::UnknownResource`], [`Refusal::UnknownAccess`], [`Refusal::UnknownWord`] or [`Refusal::BadDuration`], with
/// the nearest names there are.
pub fn parse(text: &str, offers: &[Offer], now: Timestamp, timezone: Tz) -> Result<Ask, Refusal> {
    let text = scan::edge(text);
    let mut scan = Scan::new(&text);
    scan.skip_command();
    let Some(first) = scan.peek() else { return Ok(Ask::Form) };
    let clock = length::Clock { now, timezone };
    let rest = scan.after_one();
    match subcommand(&first.to_lowercase(), rest, offers) {
        Some("list") => Ok(Ask::List),
        Some("link") => Ok(Ask::Link),
        Some("status") => Ok(Ask::Status(id(rest))),
        Some("cancel") => Ok(Ask::Cancel(id(rest))),
        Some("end") => Ok(Ask::End(id(rest))),
        Some("who") => Ok(Ask::Who(id(rest))),
        Some("explain") if rest.peek().is_some() => explain(rest, offers, clock),
        Some(_) => Ok(Ask::Help),
        None => draft::read(scan, offers, clock).map(Ask::Request),
    }
}

/// Reads a length alone, as forms and the API take it: everything that [`parse`] takes for one. `now` and `timezone` give
/// `until 18:00` its meaning.
///
/// # Errors
/// [`Refusal::BadDuration`], also when something follows the length.
pub fn length(text: &str, now: Timestamp, timezone: Tz) -> Result<Length, Refusal> {
    let text = scan::edge(text);
    let mut scan = Scan::new(&text);
    match length::read(&mut scan, length::Clock { now, timezone }) {
        length::Found::Length(length) if scan.peek().is_none() => Ok(length),
        _ => Err(Refusal::BadDuration { wanted: text.trim().chars().take(40).collect() }),
    }
}

/// The subcommand that is meant, if one is.
fn subcommand(first: &str, rest: Scan<'_>, offers: &[Offer]) -> Option<&'static str> {
    let word = *SUBCOMMANDS.iter().find(|s| **s == first)?;
    let fits = match (word, rest.peek()) {
        (_, None) => true,
        ("status" | "cancel" | "end" | "who", Some(next)) => looks_like_id(next) && rest.after_one().peek().is_none(),
        ("explain", Some(next)) => draft::find(next, offers).is_some(),
        _ => false,
    };
    (fits || draft::find(first, offers).is_none()).then_some(word)
}

fn looks_like_id(word: &str) -> bool {
    let word = word.trim_start_matches('#');
    word.to_ascii_lowercase().starts_with("req-")
        || (word.len() == 26 && word.chars().all(|c| c.is_ascii_alphanumeric()))
}

/// The next word as a request's name: `#req-84a2`, `REQ-84A2` and `req-84a2` are the same.
fn id(rest: Scan<'_>) -> Option<String> {
    let word = rest.peek()?.trim_start_matches('#');
    Some(match word.to_ascii_lowercase() {
        lower if lower.starts_with("req-") => lower,
        _ => word.to_owned(),
    })
}

fn explain(rest: Scan<'_>, offers: &[Offer], clock: length::Clock) -> Result<Ask, Refusal> {
    let Draft { resource, access, duration, .. } = draft::read(rest, offers, clock)?;
    Ok(Ask::Explain(Question { person: None, resource, access, duration, at: None }))
}

/// The names nearest to what somebody typed, best first; at most three.
pub fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    // Similarity costs the product of the lengths: no name of ours is this long, so nothing is near to such a text.
    if wanted.len() > 200 {
        return Vec::new();
    }
    let wanted = wanted.to_lowercase();
    let mut scored: Vec<(f64, &str)> = names
        .map(|name| (strsim::jaro_winkler(&wanted, &name.to_lowercase()), name))
        .filter(|(score, _)| *score >= 0.7)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.into_iter().take(3).map(|(_, name)| name.to_owned()).collect()
}
