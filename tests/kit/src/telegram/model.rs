//! What the fake remembers.

use super::{GROUP, failure::Failure, limits::Rates};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Instant,
};

/// A message of the bot's, as people see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Where it stands.
    pub chat: i64,
    /// Its number there.
    pub id: i64,
    /// As it was sent.
    pub text: String,
    /// As they were sent.
    pub entities: Value,
    /// Its keyboard, or the question for a reply.
    pub markup: Value,
    /// What it answers.
    pub below: Value,
    /// How often it was edited.
    pub edits: usize,
    /// Somebody deleted it.
    pub deleted: bool,
    pub(super) read: bool,
}

impl Message {
    /// What a reader reads: joiners show nothing.
    pub fn words(&self) -> String {
        visible(&self.text)
    }
    /// What its buttons say, in order.
    pub fn buttons(&self) -> Vec<String> {
        self.keys().filter_map(|key| key["text"].as_str().map(str::to_owned)).collect()
    }
    /// The buttons themselves.
    pub fn keys(&self) -> impl Iterator<Item = &Value> {
        let rows = self.markup["inline_keyboard"].as_array().into_iter().flatten();
        rows.filter_map(Value::as_array).flatten()
    }
    /// The button that says this.
    pub(super) fn key(&self, label: &str) -> Option<&Value> {
        self.keys().find(|key| key["text"] == label)
    }
    /// It asks for a reply.
    pub fn is_prompt(&self) -> bool {
        self.markup["force_reply"] == true
    }
    pub(super) fn is_card(&self) -> bool {
        !self.deleted && self.keys().any(|key| key["callback_data"].is_string())
    }
}

/// Without what shows nothing.
pub(super) fn visible(text: &str) -> String {
    text.replace('\u{2060}', "")
}

/// How the bot answered a press.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The words; empty when there were none.
    pub text: String,
    /// In a window that has to be closed.
    pub alert: bool,
    /// What Telegram was asked to open.
    pub url: Option<String>,
}

/// An update on its way.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    pub(super) id: i64,
    pub(super) body: Value,
    pub(super) since: Instant,
    /// Deliveries that are left, after the first.
    pub(super) again: usize,
}

/// An update that changes places with the next.
#[derive(Default)]
pub(super) enum Late {
    #[default]
    Nothing,
    /// The next one is held back.
    Next,
    /// This one follows the next.
    Held(Value),
}

#[derive(Default)]
pub(super) struct State {
    /// Have never pressed Start.
    pub(super) strangers: BTreeSet<i64>,
    pub(super) blocked: bool,
    pub(super) groups: BTreeSet<i64>,
    pub(super) kicked: bool,
    pub(super) moved: BTreeMap<i64, i64>,
    pub(super) messages: Vec<Message>,
    pub(super) commands: BTreeMap<String, Value>,
    pub(super) waiting: VecDeque<Waiting>,
    pub(super) late: Late,
    /// Requests for updates that are open.
    pub(super) open: usize,
    pub(super) poll: u64,
    pub(super) polls: u64,
    pub(super) drop_poll: bool,
    pub(super) webhook: Value,
    pub(super) base: Option<String>,
    pub(super) queries: BTreeMap<String, Option<Answer>>,
    pub(super) failures: VecDeque<(String, Failure)>,
    pub(super) unavailable: bool,
    pub(super) revoked: bool,
    pub(super) rates: Rates,
    pub(super) repeats: usize,
    pub(super) calls: Vec<(String, Value)>,
    pub(super) complaints: Vec<String>,
    counter: i64,
}

impl State {
    pub(super) fn new() -> Self {
        Self { groups: BTreeSet::from([GROUP]), webhook: json!({"url": ""}), counter: 1_000, ..Self::default() }
    }

    pub(super) fn next(&mut self) -> i64 {
        self.counter += 1;
        self.counter
    }

    pub(super) fn complain(&mut self, what: impl Into<String>) {
        let what = what.into();
        eprintln!("the fake complains: {what}");
        self.complaints.push(what);
    }
}
