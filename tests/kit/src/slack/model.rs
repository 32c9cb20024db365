//! What the fake remembers.

use super::failure::Failure;
use countersign_engine::time::Timestamp;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    sync::Arc,
    time::Instant,
};
use tokio::sync::{mpsc, oneshot};

/// Tells the present.
pub(super) type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A message as people see it.
#[derive(Clone, Debug)]
pub struct Message {
    /// Where it stands.
    pub channel: String,
    /// Slack's name for it.
    pub ts: String,
    /// For notifications.
    pub text: String,
    /// What is shown.
    pub blocks: Value,
    /// Only this person sees it.
    pub reader: Option<String>,
    /// How often it was edited.
    pub edits: usize,
    /// Somebody deleted it.
    pub deleted: bool,
    pub(super) read: bool,
}

/// A form as one person sees it.
#[derive(Clone, Debug)]
pub struct View {
    /// Slack's name for it.
    pub id: String,
    /// Who has it open.
    pub user: String,
    /// As the app sent it.
    pub body: Value,
    pub(super) read: bool,
}

impl Message {
    /// Everything that is to be read in it, line by line.
    pub fn words(&self) -> String {
        let mut words = self.text.clone();
        collect(&self.blocks, &mut words);
        words
    }
    /// What its buttons say, in order.
    pub fn buttons(&self) -> Vec<String> {
        elements(&self.blocks).filter_map(|e| e["text"]["text"].as_str().map(str::to_owned)).collect()
    }
    /// The button that says this.
    pub(super) fn button(&self, label: &str) -> Option<Value> {
        elements(&self.blocks).find(|e| e["text"]["text"] == label).cloned()
    }
}

impl View {
    /// Everything that is to be read in it, line by line.
    pub fn words(&self) -> String {
        let mut words = String::new();
        collect(&self.body, &mut words);
        words
    }
}

fn elements(blocks: &Value) -> impl Iterator<Item = &Value> {
    let blocks = blocks.as_array().into_iter().flatten();
    blocks.filter(|b| b["type"] == "actions").filter_map(|b| b["elements"].as_array()).flatten()
}

/// Every `text` that is a string.
pub(super) fn collect(value: &Value, words: &mut String) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, words)),
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(text) if name == "text" => {
                        words.push('\n');
                        words.push_str(text);
                    }
                    other => collect(other, words),
                }
            }
        }
        _ => {}
    }
}

/// A Socket Mode connection.
pub(super) struct Connection {
    pub(super) send: mpsc::UnboundedSender<Out>,
}

/// What a connection is told to do.
pub(super) enum Out {
    /// Send this.
    Text(String),
    /// Break off without a word.
    Drop,
}

/// A method that was closed by `Retry-After`.
pub(super) struct Closing {
    pub(super) since: Instant,
    pub(super) seconds: u64,
    /// The call that was answered so.
    pub(super) call: Value,
}

/// An event that is to arrive after the one that follows it.
#[derive(Default)]
pub(super) enum Late {
    #[default]
    Nothing,
    /// The next one is.
    Next,
    /// This one is.
    Held(&'static str, Value),
}

pub(super) struct State {
    pub(super) people: BTreeSet<String>,
    pub(super) channels: BTreeSet<String>,
    pub(super) archived: BTreeSet<String>,
    pub(super) messages: Vec<Message>,
    pub(super) views: Vec<View>,
    pub(super) connections: BTreeMap<u64, Connection>,
    pub(super) opened: u64,
    pub(super) waiting: HashMap<String, oneshot::Sender<Value>>,
    pub(super) triggers: HashMap<String, String>,
    pub(super) answers: HashMap<String, (String, String, u8)>,
    pub(super) failures: HashMap<String, VecDeque<Failure>>,
    pub(super) closed: HashMap<String, Closing>,
    pub(super) early: usize,
    pub(super) next_call: Option<Failure>,
    pub(super) every_call: Option<Failure>,
    pub(super) kicked: bool,
    pub(super) blocked: bool,
    pub(super) late: Late,
    pub(super) complaints: Vec<String>,
    pub(super) revoked: bool,
    pub(super) repeats: usize,
    pub(super) calls: Vec<(String, Value)>,
    pub(super) http: Option<(String, Clock)>,
    counter: u64,
}

impl State {
    pub(super) fn new() -> Self {
        Self {
            people: (1..=8).map(|n| format!("U0000000{n}")).collect(),
            channels: BTreeSet::from(["C00000001".to_owned()]),
            archived: BTreeSet::new(),
            messages: Vec::new(),
            views: Vec::new(),
            connections: BTreeMap::new(),
            opened: 0,
            waiting: HashMap::new(),
            triggers: HashMap::new(),
            answers: HashMap::new(),
            failures: HashMap::new(),
            closed: HashMap::new(),
            early: 0,
            next_call: None,
            every_call: None,
            kicked: false,
            blocked: false,
            late: Late::Nothing,
            complaints: Vec::new(),
            revoked: false,
            repeats: 1,
            calls: Vec::new(),
            http: None,
            counter: 0,
        }
    }

    pub(super) fn next(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    /// Adds a message and gives its `ts`.
    pub(super) fn add(&mut self, channel: &str, body: &Value, reader: Option<&str>, read: bool) -> String {
        let ts = format!("1772000000.{:06}", self.next());
        let text = body["text"].as_str().unwrap_or_default().to_owned();
        self.messages.push(Message {
            channel: channel.to_owned(),
            ts: ts.clone(),
            text,
            blocks: body["blocks"].clone(),
            reader: reader.map(str::to_owned),
            edits: 0,
            deleted: false,
            read,
        });
        ts
    }
}
