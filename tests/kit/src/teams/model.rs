//! What Teams holds.

use super::keys::TestKey;
use crate::stage::Fault;
use countersign_engine::{ports::Ticks, time::Timestamp};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    sync::Arc,
    time::Instant,
};

pub(super) type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A message of the app's.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its conversation.
    pub conversation: String,
    /// Its activity id.
    pub id: String,
    /// The Adaptive Card in it; null when there is none.
    pub card: Value,
    /// What a notification says.
    pub summary: String,
    /// How often it was replaced.
    pub edits: usize,
    /// Somebody deleted it.
    pub deleted: bool,
    pub(super) read: bool,
}

impl Message {
    /// Everything that is to be read in the card.
    pub fn words(&self) -> String {
        words(&self.card)
    }
    /// The labels of what can be pressed.
    pub fn buttons(&self) -> Vec<String> {
        let titles = self.card["actions"].as_array().into_iter().flatten().filter_map(|a| a["title"].as_str());
        titles.map(str::to_owned).collect()
    }
}

/// The words of a card, as they are read: its text, not its buttons or fields.
pub(super) fn words(card: &Value) -> String {
    fn collect(value: &Value, lines: &mut Vec<String>) {
        match value {
            Value::Object(fields) if fields.get("type").is_some_and(|t| t == "RichTextBlock") => {
                let runs = fields["inlines"].as_array().into_iter().flatten();
                lines.push(runs.filter_map(|run| run["text"].as_str()).collect());
            }
            Value::Object(fields) => {
                for name in ["text", "label"] {
                    lines.extend(fields.get(name).and_then(Value::as_str).map(str::to_owned));
                }
                ["body", "items"].iter().filter_map(|name| fields.get(*name)).for_each(|part| collect(part, lines));
            }
            Value::Array(items) => items.iter().for_each(|item| collect(item, lines)),
            _ => {}
        }
    }
    let mut lines = Vec::new();
    collect(card, &mut lines);
    lines.join("\n")
}

pub(super) struct State {
    pub(super) keys: Vec<Value>,
    pub(super) issuer: String,
    pub(super) signing: TestKey,
    pub(super) metadata_asked: usize,
    pub(super) metadata_down: bool,
    pub(super) tokens: BTreeSet<String>,
    pub(super) token_lasts: u64,
    pub(super) tokens_given: usize,
    /// By person, who has one.
    pub(super) direct: BTreeMap<usize, String>,
    pub(super) messages: Vec<Message>,
    /// What a person sees in a message's place, until the message is replaced.
    pub(super) views: HashMap<(String, usize), Value>,
    pub(super) failures: VecDeque<Fault>,
    pub(super) unavailable: bool,
    pub(super) kicked: bool,
    pub(super) blocked: bool,
    pub(super) revoked: bool,
    pub(super) repeats: usize,
    pub(super) broken: bool,
    pub(super) reordered: bool,
    pub(super) held_back: Option<Value>,
    pub(super) closed: HashMap<String, Instant>,
    pub(super) sent: HashMap<String, VecDeque<Instant>>,
    pub(super) complaints: Vec<String>,
    /// (method, path, body) of each call to the service.
    pub(super) calls: Vec<(String, String, Value)>,
    pub(super) target: Option<(String, Clock)>,
    pub(super) ticks: Ticks,
    counter: u64,
}

impl State {
    pub(super) fn new() -> Self {
        Self {
            keys: vec![TestKey::One.jwk(&["msteams", "webchat"])],
            issuer: super::ISSUER.to_owned(),
            signing: TestKey::One,
            metadata_asked: 0,
            metadata_down: false,
            tokens: BTreeSet::new(),
            token_lasts: 3_599,
            tokens_given: 0,
            direct: BTreeMap::new(),
            messages: Vec::new(),
            views: HashMap::new(),
            failures: VecDeque::new(),
            unavailable: false,
            kicked: false,
            blocked: false,
            revoked: false,
            repeats: 1,
            broken: false,
            reordered: false,
            held_back: None,
            closed: HashMap::new(),
            sent: HashMap::new(),
            complaints: Vec::new(),
            calls: Vec::new(),
            target: None,
            ticks: Arc::new(Instant::now),
            counter: 0,
        }
    }

    pub(super) fn next(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    /// The conversation between the app and a person, made when there is none.
    pub(super) fn direct(&mut self, who: usize) -> String {
        self.direct.entry(who).or_insert_with(|| format!("a:direct-{who}")).clone()
    }
}
