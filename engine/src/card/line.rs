//! The chain on a card: one line a step.

use super::Text;

/// One step of the chain.
#[derive(Clone, Debug, PartialEq)]
pub struct StepLine {
    /// Its place in the chain, from 1.
    pub number: usize,
    /// Where it stands, for a symbol or a colour; the text says it too.
    pub mark: Mark,
    /// The whole line without its number: `Team lead · approved by lisa@acme.com in 2m 14s · ...`.
    pub text: Text,
    /// Smaller lines below it: notes of votes, trims, flags.
    pub below: Vec<Text>,
}

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// An earlier step is open.
    Ahead,
    /// Votes are wanted.
    Open,
    /// Votes are wanted and cannot come from anybody at present (rule 13).
    Blocked,
    /// Enough approved.
    Passed,
    /// The request ended here.
    Stopped,
    /// The request ended before.
    Skipped,
}

impl Mark {
    /// A plain symbol, for platforms without a better one.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Ahead => "·",
            Self::Open => "…",
            Self::Blocked => "!",
            Self::Passed => "✓",
            Self::Stopped => "✗",
            Self::Skipped => "-",
        }
    }
}
