//! What the fake remembers.

use super::{CHANNEL, GUILD, failure::Failure, user};
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
    /// Discord's name for it.
    pub id: String,
    /// Where it stands.
    pub channel: String,
    /// As the app sent it.
    pub body: Value,
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
pub struct Form {
    /// Who has it open.
    pub user: String,
    /// As the app sent it.
    pub body: Value,
    /// The channel in which it was opened.
    pub channel: String,
    /// The message whose button opened it.
    pub message: Option<Message>,
    pub(super) read: bool,
}

impl Message {
    /// Everything that is to be read in it, line by line.
    pub fn words(&self) -> String {
        words(&self.body)
    }
    /// What its buttons say, in order.
    pub fn buttons(&self) -> Vec<String> {
        let all = buttons(&self.body["components"]);
        all.iter().filter_map(|b| b["label"].as_str().map(str::to_owned)).collect()
    }
    /// The button that says this.
    pub(super) fn button(&self, label: &str) -> Option<Value> {
        buttons(&self.body["components"]).into_iter().find(|b| b["label"] == label)
    }
}

impl Form {
    /// Everything that is to be read in it, line by line.
    pub fn words(&self) -> String {
        words(&self.body)
    }
}

fn buttons(components: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    for component in components.as_array().into_iter().flatten() {
        match component["type"].as_u64() {
            Some(2) => found.push(component.clone()),
            _ => found.extend(buttons(&component["components"])),
        }
    }
    found
}

/// Every text that people read, as it reads without Markdown's escapes and what nobody sees.
pub(super) fn words(value: &Value) -> String {
    let mut words = String::new();
    collect(value, &mut words);
    words
}

fn collect(value: &Value, words: &mut String) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, words)),
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(text) if matches!(name.as_str(), "content" | "label" | "description") => {
                        words.push('\n');
                        words.push_str(&shown(text));
                    }
                    other => collect(other, words),
                }
            }
        }
        _ => {}
    }
}

fn shown(text: &str) -> String {
    let mut shown = String::new();
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            '\\' if letters.peek().is_some_and(char::is_ascii_punctuation) => shown.extend(letters.next()),
            '\u{2060}' => {}
            '*' if letters.peek() == Some(&'*') => drop(letters.next()),
            c => shown.push(c),
        }
    }
    shown
}

/// A channel: on the server, or a direct conversation.
#[derive(Clone, Debug)]
pub(super) struct Channel {
    /// The person at the other end.
    pub(super) person: Option<String>,
}

/// A gateway session, which outlives its connections.
pub(super) struct Session {
    pub(super) events: Vec<Value>,
    pub(super) connection: Option<mpsc::UnboundedSender<Out>>,
}

/// What a connection is told to do.
pub(super) enum Out {
    /// Send this.
    Frame(Value),
    /// Close with this code.
    Close(u16),
    /// Break off without a word.
    Drop,
}

/// An interaction that was delivered.
pub(super) struct Delivered {
    pub(super) id: String,
    pub(super) kind: u64,
    pub(super) user: String,
    pub(super) channel: String,
    pub(super) message: Option<Message>,
    pub(super) answered: bool,
    pub(super) waiting: Option<oneshot::Sender<Value>>,
    /// The message that the answer became, or is to become.
    pub(super) original: Option<String>,
    pub(super) put_off: bool,
}

/// Trouble that lasts.
#[derive(Default)]
pub(super) struct Lasting {
    pub(super) unavailable: bool,
    pub(super) kicked: bool,
    pub(super) blocked: bool,
    pub(super) revoked: bool,
}

pub(super) struct State {
    pub(super) people: BTreeSet<String>,
    pub(super) channels: BTreeMap<String, Channel>,
    pub(super) commands: BTreeMap<String, Vec<Value>>,
    pub(super) messages: Vec<Message>,
    pub(super) nonces: HashMap<(String, String), String>,
    pub(super) forms: Vec<Form>,
    pub(super) sessions: BTreeMap<String, Session>,
    /// The session that events go to.
    pub(super) newest: Option<String>,
    pub(super) welcomes: u64,
    pub(super) resumes: u64,
    pub(super) delivered: HashMap<String, Delivered>,
    pub(super) failures: VecDeque<(Option<&'static str>, Failure)>,
    pub(super) lasting: Lasting,
    pub(super) closed: HashMap<String, Instant>,
    pub(super) all_closed: Option<Instant>,
    pub(super) meters: super::limits::Meters,
    pub(super) repeats: usize,
    pub(super) held: Option<Vec<Value>>,
    pub(super) calls: Vec<(&'static str, Value)>,
    pub(super) complaints: Vec<String>,
    pub(super) agents: BTreeSet<String>,
    pub(super) http: Option<(String, Clock)>,
    counter: u64,
}

impl State {
    pub(super) fn new() -> Self {
        Self {
            people: (1..=9).map(user).collect(),
            channels: BTreeMap::from([(CHANNEL.to_owned(), Channel { person: None })]),
            commands: BTreeMap::from([(GUILD.to_owned(), Vec::new())]),
            messages: Vec::new(),
            nonces: HashMap::new(),
            forms: Vec::new(),
            sessions: BTreeMap::new(),
            newest: None,
            welcomes: 0,
            resumes: 0,
            delivered: HashMap::new(),
            failures: VecDeque::new(),
            lasting: Lasting::default(),
            closed: HashMap::new(),
            all_closed: None,
            meters: super::limits::Meters::default(),
            repeats: 1,
            held: None,
            calls: Vec::new(),
            complaints: Vec::new(),
            agents: BTreeSet::new(),
            http: None,
            counter: 0,
        }
    }

    /// A new id.
    pub(super) fn next(&mut self) -> String {
        self.counter += 1;
        format!("91{:016}", self.counter)
    }

    /// Is somebody listening on the gateway?
    pub(super) fn listening(&self) -> bool {
        self.newest.as_ref().and_then(|id| self.sessions.get(id)).is_some_and(|s| s.connection.is_some())
    }

    /// Adds a message and gives its id.
    pub(super) fn add(&mut self, channel: &str, body: &Value, reader: Option<&str>) -> String {
        let id = self.next();
        let (channel, reader) = (channel.to_owned(), reader.map(str::to_owned));
        let body = body.clone();
        self.messages.push(Message { id: id.clone(), channel, body, reader, edits: 0, deleted: false, read: false });
        id
    }

    pub(super) fn message(&mut self, id: &str) -> Option<&mut Message> {
        self.messages.iter_mut().find(|m| m.id == id && !m.deleted)
    }
}
