//! The adapter against the fake server.

use countersign_email::{Email, Settings};
use countersign_engine::{
    address::Address,
    card::{About, Button, ButtonStyle, Card, Kind, Mark, Span, StepLine, Text, Token, Tone, Verb, When},
    person::{Account, Platform},
};
use countersign_kit::{gallery, mail::FakeMail, moment};
use std::{
    sync::{Arc, Mutex, OnceLock},
    time::{Duration, Instant},
};

pub const URL: &str = "https://approve.acme.com";
pub const FROM: &str = "Countersign <access@acme.com>";

/// The adapter, the server, and the ticks that only the test moves.
pub struct World {
    pub server: FakeMail,
    pub bot: Arc<Email>,
    ticks: Arc<Mutex<Instant>>,
}

impl World {
    pub async fn new() -> Self {
        let server = FakeMail::start().await;
        let url = server.url();
        Self::at(server, &url)
    }

    /// With the server at another address.
    pub fn at(server: FakeMail, url: &str) -> Self {
        let ticks = Arc::new(Mutex::new(Instant::now()));
        let shared = ticks.clone();
        let settings = Settings { ticks: Arc::new(move || *shared.lock().unwrap()), ..settings(url) };
        let bot = Arc::new(Email::new(settings, Arc::new(|| moment(10, 19))).unwrap());
        Self { server, bot, ticks }
    }

    pub fn wait(&self, by: Duration) {
        *self.ticks.lock().unwrap() += by;
    }
}

pub fn settings(url: &str) -> Settings {
    let (from, public_url) = (FROM.into(), URL.into());
    Settings { smtp_url: url.into(), from, ca: None, public_url, ticks: Arc::new(Instant::now) }
}

pub fn person(mailbox: &str) -> Address {
    Address::Direct(Account { platform: Platform::Email, tenant: String::new(), user: mailbox.into() })
}

pub fn place(mailbox: &str) -> Address {
    Address::Place { platform: Platform::Email, tenant: String::new(), place: mailbox.into() }
}

/// A card of the gallery.
pub fn card(name: &str) -> Card {
    gallery().into_iter().find(|(n, _)| *n == name).unwrap_or_else(|| panic!("no card {name}")).1
}

/// A card whose every word somebody else wrote.
pub fn card_of(words: &str) -> Card {
    let spans = |words: &str| {
        let moment = When { at: moment(18, 0), fallback: words.to_owned() };
        Text::plain(words).with(Span::Strong(words.into())).with(Span::Moment(moment)).then(words)
    };
    let token = Token { verb: Verb::Approve, request: "01JNDEM0000000000000000842".into(), step: Some(0) };
    static ABOUT: OnceLock<Option<About>> = OnceLock::new();
    let mut about = ABOUT.get_or_init(|| card("opened").about).clone();
    about.as_mut().unwrap().subject = words.to_owned();
    Card {
        about,
        kind: Kind::Reminder,
        tone: Tone::Waiting,
        title: spans(words),
        lead: Text::plain(words),
        quote: Some(words.to_owned()),
        fields: vec![(words.to_owned(), spans(words)), (words.to_owned(), Text::plain(words))],
        steps: vec![StepLine { number: 1, mark: Mark::Open, text: spans(words), below: vec![spans(words)] }],
        notes: vec![spans(words)],
        buttons: vec![Button { label: words.to_owned(), style: ButtonStyle::Plain, token }],
        summary: words.to_owned(),
    }
}
