//! A desk, and people who stand before it.

use countersign_engine::{
    card::{Button, Card, Token, Verb},
    desk::{Desk, Filled, FormKind, Heard, Reply},
    person::{Account, Platform},
    policy::Policy,
    ports::Caller,
    request::Request,
};
use countersign_kit::{Memory, PEOPLE};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

pub struct World {
    pub engine: Arc<Memory>,
    desk: Desk,
    platform: Platform,
    delivered: AtomicUsize,
}

impl World {
    pub fn new() -> Self {
        Self::on(Platform::Slack, |_| {})
    }
    pub fn on(platform: Platform, change: impl FnOnce(&mut Policy)) -> Self {
        let engine = Arc::new(Memory::on(platform, "t", |n| format!("u{n}")).reformed(change));
        let clock = engine.clone();
        let desk = Desk::new(engine.clone(), Arc::new(move || clock.now()));
        Self { engine, desk, platform, delivered: AtomicUsize::new(0) }
    }
    /// The same before a desk whose platform answers a vote with nothing.
    pub fn quiet(self) -> Self {
        Self { desk: self.desk.quiet(), ..self }
    }
    /// Dev has asked for `prod-db` for 4h.
    pub async fn asked() -> Self {
        let w = Self::new();
        w.types("dev", "prod-db 4h billing migration").await;
        w
    }

    /// One delivery, with its own key. A person of the organisation, or a stranger.
    pub async fn hears(&self, who: &str, heard: Heard) -> Reply {
        let number = self.delivered.fetch_add(1, Ordering::SeqCst);
        self.hears_again(who, &format!("slack:{number}"), heard).await
    }
    /// A delivery under this key.
    pub async fn hears_again(&self, who: &str, key: &str, heard: Heard) -> Reply {
        let number = PEOPLE.iter().position(|id| *id == who).map_or(99, |index| index + 1);
        let account = Account { platform: self.platform, tenant: "t".into(), user: format!("u{number}") };
        let reply = self.desk.serve(&Caller::Account(account), key, &heard).await;
        // What every adapter relies on.
        if let Reply::Card { card, .. } = &reply {
            let votes = |b: &&Button| matches!(b.token.verb, Verb::Approve | Verb::Deny);
            assert_eq!(card.buttons.iter().find(votes), None, "{heard:?}");
        }
        reply
    }
    pub async fn types(&self, who: &str, text: &str) -> Reply {
        self.hears(who, Heard::Typed(text.into())).await
    }
    /// Presses this verb's button on the card of the step that is open.
    pub async fn presses(&self, who: &str, verb: Verb) -> Reply {
        self.hears(who, Heard::Pressed(self.token(verb).to_string())).await
    }
    pub async fn fills(&self, who: &str, form: FormKind, about: &str, values: &[(&str, &str)]) -> Reply {
        self.hears(who, Heard::Filled(Filled::new(form, about, values.iter().copied()))).await
    }

    /// The only request's button.
    pub fn token(&self, verb: Verb) -> Token {
        let request = self.request();
        let step = request.open_step().map(|(pending, _)| pending.step);
        Token { verb, request: request.id, step }
    }
    pub fn request(&self) -> Request {
        self.engine.only()
    }
}

/// Everything that it says, buttons aside.
pub fn said(reply: &Reply) -> String {
    match reply {
        Reply::Voted { words, .. } | Reply::Words(words) => words.clone(),
        Reply::Recorded => Reply::RECORDED.into(),
        Reply::Card { card, below } => format!("{}\n{}", spoken(card), below.join("\n")),
        Reply::Errors(errors) => Reply::joined(errors),
        Reply::Form(form) => format!("{form:?}"),
    }
}

fn spoken(card: &Card) -> String {
    let fields = card.fields.iter().map(|(label, value)| format!("{label}: {}", value.to_plain()));
    let steps = card.steps.iter().map(|step| step.text.to_plain());
    let notes = card.notes.iter().map(|note| note.to_plain());
    let head = [card.title.to_plain(), card.lead.to_plain(), card.quote.clone().unwrap_or_default()];
    head.into_iter().chain(fields).chain(steps).chain(notes).collect::<Vec<_>>().join("\n")
}

/// The labels of a private card's buttons.
pub fn labels(reply: &Reply) -> Vec<&str> {
    let Reply::Card { card, .. } = reply else { panic!("not a card: {reply:?}") };
    card.buttons.iter().map(|button| button.label.as_str()).collect()
}
