//! A table of the file, read key by key. Every getter reports what is wrong and goes on, so that all mistakes are said at
//! once; [`Section::finish`] refuses the keys that nobody asked for.

use super::{
    names::nearest_or_all,
    problem::{Report, Span},
};
use countersign_engine::time::Length;
use std::{cell::RefCell, ops::RangeInclusive};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// A text and its place.
#[derive(Clone, Debug)]
pub(super) struct Word<'a> {
    pub text: &'a str,
    pub span: Span,
}

pub(super) struct Section<'a> {
    table: &'a DeTable<'a>,
    /// Where problems of the whole section are said.
    pub span: Span,
    /// As people write it: `[[people]]`.
    pub title: String,
    pub report: &'a Report<'a>,
    asked: RefCell<Vec<&'static str>>,
}

impl<'a> Section<'a> {
    pub fn new(table: &'a DeTable<'a>, span: Span, title: impl Into<String>, report: &'a Report<'a>) -> Self {
        Self { table, span, title: title.into(), report, asked: RefCell::default() }
    }

    /// The value and the place of its key.
    pub fn value(&self, key: &'static str) -> Option<(&'a Spanned<DeValue<'a>>, Span)> {
        self.asked.borrow_mut().push(key);
        self.table.get_key_value(key).map(|(key, value)| (value, key.span()))
    }
    /// The place of a key, or of the section.
    pub fn at(&self, key: &str) -> Span {
        self.table.get_key_value(key).map_or(self.span.clone(), |(_, value)| value.span())
    }
    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }
    /// Says that a key must be there.
    pub fn missing(&self, key: &'static str, example: &str) {
        self.report.problem(&self.span, format!("{} has no \"{key}\"", self.title), format!("add {key} = {example}"));
    }

    pub fn text(&self, key: &'static str) -> Option<Word<'a>> {
        let (value, _) = self.value(key)?;
        self.as_word(key, value)
    }
    pub fn required_text(&self, key: &'static str, example: &str) -> Option<Word<'a>> {
        if !self.has(key) {
            self.missing(key, example);
        }
        self.text(key)
    }
    /// A list of texts; a single text is a list of one.
    pub fn words(&self, key: &'static str) -> Vec<Word<'a>> {
        match self.value(key).map(|(value, _)| (value, value.get_ref())) {
            None => Vec::new(),
            Some((_, DeValue::Array(list))) => list.iter().filter_map(|v| self.as_word(key, v)).collect(),
            Some((value, _)) => self.as_word(key, value).into_iter().collect(),
        }
    }
    pub fn flag(&self, key: &'static str) -> Option<bool> {
        let (value, _) = self.value(key)?;
        if value.get_ref().as_bool().is_none() {
            self.mistyped(key, value, "true or false", "write it without quotes");
        }
        value.get_ref().as_bool()
    }
    pub fn count(&self, key: &'static str, range: RangeInclusive<i64>) -> Option<u32> {
        let (value, _) = self.value(key)?;
        let (least, most) = (range.start(), range.end());
        let Some(number) = value.get_ref().as_integer() else {
            self.mistyped(key, value, "a whole number", &format!("write it without quotes, from {least} to {most}"));
            return None;
        };
        match i64::from_str_radix(number.as_str(), number.radix()).ok().filter(|n| range.contains(n)) {
            Some(n) => u32::try_from(n).ok(),
            None => {
                let hint = format!("from {least} to {most}");
                self.report.problem(&value.span(), format!("{key} = {number} is out of range"), hint);
                None
            }
        }
    }
    pub fn length(&self, key: &'static str) -> Option<Length> {
        const HINT: &str = "a number and a unit in quotes: \"30m\", \"4h\", \"1h30m\", \"2d\"; at most \"366d\"";
        let (value, _) = self.value(key)?;
        let Some(text) = value.get_ref().as_str() else {
            self.mistyped(key, value, "a duration", HINT);
            return None;
        };
        let length = text.parse().ok();
        if length.is_none() {
            self.report.problem(&value.span(), format!("{key}: \"{}\" is not a duration", cut(text)), HINT);
        }
        length
    }
    pub fn section(&self, key: &'static str, title: impl Into<String>) -> Option<Section<'a>> {
        let (value, at) = self.value(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(Self::new(table, value.span(), title, self.report)),
            other => {
                let what = format!("\"{key}\" must be a table, not {}", kind_of(other));
                self.report.problem(&at, what, format!("write it as a section [{key}], or as {key} = {{ ... }}"));
                None
            }
        }
    }
    /// The elements of `[[key]]`.
    pub fn sections(&self, key: &'static str, title: &str) -> Vec<Section<'a>> {
        let Some((value, at)) = self.value(key) else { return Vec::new() };
        let mut found = Vec::new();
        let wrong = |span: &Span| {
            self.report.problem(span, format!("\"{key}\" must be a list of sections"), format!("write {title}"));
        };
        match value.get_ref() {
            DeValue::Array(list) => {
                for element in list.iter() {
                    match element.get_ref() {
                        DeValue::Table(table) => found.push(Self::new(table, element.span(), title, self.report)),
                        _ => wrong(&element.span()),
                    }
                }
            }
            _ => wrong(&at),
        }
        found
    }
    /// Every key with its value and the place of the key, for tables whose keys are names.
    pub fn entries(&self) -> impl Iterator<Item = (Word<'a>, &'a Spanned<DeValue<'a>>)> {
        self.table.iter().map(|(key, value)| (Word { text: key.get_ref(), span: key.span() }, value))
    }
    pub fn raw(&self) -> &'a DeTable<'a> {
        self.table
    }

    /// Refuses every key that was not asked for (THREATS E08).
    pub fn finish(&self) {
        let asked = self.asked.borrow();
        for (key, _) in self.table {
            if !asked.contains(&key.get_ref().as_ref()) {
                let what = format!("unknown key \"{}\" in {}", cut(key.get_ref()), self.title);
                let hint = nearest_or_all(key.get_ref(), asked.iter().copied(), "the keys here are");
                self.report.problem(&key.span(), what, hint);
            }
        }
    }

    fn as_word(&self, key: &str, value: &'a Spanned<DeValue<'a>>) -> Option<Word<'a>> {
        match value.get_ref().as_str() {
            Some(text) => Some(Word { text, span: value.span() }),
            None => {
                let list = matches!(value.get_ref(), DeValue::Array(_));
                self.mistyped(key, value, "one text", if list { "leave the brackets out" } else { "put it in quotes" });
                None
            }
        }
    }
    fn mistyped(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str, hint: &str) {
        let what = format!("\"{key}\" must be {wanted}, not {}", kind_of(value.get_ref()));
        self.report.problem(&value.span(), what, hint);
    }
}

/// What people call a TOML type.
fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Enough of a text to recognise it by, without what could garble a terminal.
pub(super) fn cut(text: &str) -> String {
    text.chars().take(60).flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] }).collect()
}
