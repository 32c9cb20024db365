//! Typed text. `Plain` is always escaped; only the engine can make a mention.

use crate::{id::PersonId, time::Timestamp};

/// A line of text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Text(pub Vec<Span>);

/// A piece of text.
#[derive(Clone, Debug, PartialEq)]
pub enum Span {
    /// Our own or other people's words: escaped by every renderer, whatever they hold.
    Plain(String),
    /// The same, stronger.
    Strong(String),
    /// The same, fixed width: names of things.
    Code(String),
    /// A person: the platform's own mention where it has one, our name for them otherwise.
    Person(Mention),
    /// A moment, which platforms show in the reader's time zone where they can.
    Moment(When),
}

/// A person in a text. Cannot be made outside the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    id: PersonId,
    label: String,
}

impl Mention {
    pub(crate) fn new(id: PersonId, label: impl Into<String>) -> Self {
        Self { id, label: label.into() }
    }
    /// Who.
    pub fn id(&self) -> &PersonId {
        &self.id
    }
    /// Our own name for them; still to be escaped.
    pub fn label(&self) -> &str {
        &self.label
    }
}

/// A moment in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// The moment.
    pub at: Timestamp,
    /// For platforms without such a thing: `18:00 UTC`.
    pub fallback: String,
}

impl Text {
    /// Words of anybody's.
    pub fn plain(words: impl Into<String>) -> Self {
        Self(vec![Span::Plain(words.into())])
    }
    /// Adds a piece.
    pub fn with(mut self, span: Span) -> Self {
        self.0.push(span);
        self
    }
    /// Adds words.
    pub fn then(self, words: impl Into<String>) -> Self {
        self.with(Span::Plain(words.into()))
    }
    /// Without any markup, for logs, snapshots and plain-text platforms.
    pub fn to_plain(&self) -> String {
        let piece = |span: &Span| match span {
            Span::Plain(s) | Span::Strong(s) | Span::Code(s) => s.clone(),
            Span::Person(m) => m.label().to_owned(),
            Span::Moment(w) => w.fallback.clone(),
        };
        self.0.iter().map(piece).collect()
    }
}
