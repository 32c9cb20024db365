//! Moments: UTC in the page, the reader's own time once the script has run.

use crate::console::page::iso;
use askama::filters::HtmlSafe;
use countersign_engine::{time::Timestamp, words};
use std::fmt;

/// A moment: `23 Nov 2026, 18:04 UTC`.
#[derive(Clone, Copy, Debug)]
pub struct Moment(pub Timestamp);

/// The time from `now` to a moment: `28m left`.
#[derive(Clone, Copy, Debug)]
pub struct Left {
    /// The moment.
    pub until: Timestamp,
    /// The moment of reading.
    pub now: Timestamp,
    /// When it began, for a bar that shrinks.
    pub since: Timestamp,
}

impl Left {
    /// How much of it is left, in percent, for a bar.
    pub fn percent(&self) -> i64 {
        let whole = (self.until - self.since).num_seconds().max(1);
        ((self.until - self.now).num_seconds() * 100 / whole).clamp(0, 100)
    }
    /// In seconds, for a bar that goes on by itself.
    pub fn whole(&self) -> i64 {
        (self.until - self.since).num_seconds().max(1)
    }
    /// The moment, for a script.
    pub fn iso(&self) -> String {
        iso(self.until)
    }
}

/// What is written here is made of digits and our own words: nothing to escape.
impl HtmlSafe for Moment {}
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, r#"<time datetime="{}" data-at>{}</time>"#, iso(self.0), self.0.format("%-d %b %Y, %H:%M UTC"))
    }
}

impl HtmlSafe for Left {}
impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left = words::left(self.until, self.now);
        write!(f, r#"<time datetime="{}" data-left>{left}</time>"#, iso(self.until))
    }
}
