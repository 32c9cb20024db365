//! From a request to its card.

use super::{About, Button, ButtonStyle, Card, Kind, StepLine, Text, Token, Tone, Verb, line};
use crate::{
    effect::News,
    grant::{EndReason, GrantState},
    person::Platform,
    request::State,
    view::{Abilities, RequestView},
    words,
};

/// The longest reason on a card, in characters.
const REASON: usize = 600;
/// The longest line that every platform shows whole in a notification, in characters.
const LINE: usize = 150;

/// The card that approvers and places see, and that converges. The same for every reader: the view's abilities are not
/// looked at.
pub fn request(view: &RequestView) -> Card {
    let pending = view.request.state.is_pending();
    let mut notes = Vec::new();
    notes.extend(words::press(view).filter(|_| tone(view) == Tone::Waiting).map(Text::plain));
    notes.extend(words::overdue_advice(view).map(Text::plain));
    notes.push(Text::plain(words::chain(view)));
    if !view.notified.is_empty() {
        notes.push(Text::plain(format!("Notified: {}", words::platforms(&view.notified))));
    }
    notes.extend(undelivered(view));
    let buttons = match pending {
        true => vec![button(view, Verb::Approve), button(view, Verb::Deny), button(view, Verb::Details)],
        false => vec![button(view, Verb::Details)],
    };
    Card {
        about: about(view),
        kind: Kind::Request,
        tone: tone(view),
        title: title(view),
        lead: lead(view),
        quote: quote(view),
        fields: status(view),
        steps: steps(view),
        notes,
        buttons,
        summary: words::cut(&summary(view), LINE),
    }
}

/// A reminder for those who have not voted, each by name.
pub fn reminder(view: &RequestView) -> Card {
    let mut card = Card { kind: Kind::Reminder, ..request(view) };
    if let Some((pending, _)) = view.request.open_step()
        && let Some(waiting) = line::waiting_for(view, pending.step)
    {
        card.title = Text::plain(words::cut(&format!("Reminder: {}", words::ask(view)), LINE));
        card.fields.insert(0, ("Not voted yet".into(), waiting));
        card.summary = words::cut(&format!("Reminder: {}", summary(view)), LINE);
    }
    card
}

/// What the requester or an operator is told. Made for one reader: Cancel, Start and End appear when the view's reader
/// may press them, so a card that several people read is made from a view without a reader.
pub fn news(view: &RequestView, news: News) -> Card {
    let headline = words::headline(view, news);
    let chain_matters =
        matches!(view.request.grant.as_ref().map(|g| &g.state), None | Some(GrantState::Scheduled { .. }));
    let mut fields = status(view);
    if let Some(grant) = view.request.grant.as_ref().filter(|g| matches!(g.state, GrantState::Active { .. })) {
        let detail = |value: &str| Text::default().with(super::Span::Code(words::outside(value, 200)));
        fields.extend(grant.delivery.iter().map(|d| (words::outside(&d.label, 60), detail(&d.value))));
    }
    let advice = words::overdue_advice(view);
    let context = format!("{} · {}", view.request.short_id, words::chain(view));
    let Abilities { cancel, start, end, .. } = view.abilities;
    let offered = [(cancel, Verb::Cancel), (start, Verb::Start), (end, Verb::End), (true, Verb::Details)];
    Card {
        about: about(view),
        kind: Kind::News(news),
        tone: tone_of_news(view, news),
        title: Text::plain(words::cut(&headline, LINE)),
        lead: lead(view),
        quote: quote(view),
        fields,
        steps: if chain_matters { steps(view) } else { Vec::new() },
        notes: advice.into_iter().chain([context]).map(Text::plain).chain(undelivered(view)).collect(),
        buttons: offered.into_iter().filter(|(may, _)| *may).map(|(_, verb)| button(view, verb)).collect(),
        summary: words::cut(&headline, LINE),
    }
}

/// A message that only proves that messages arrive; `sender` and `place` are ours.
pub fn test(sender: &str, place: &str) -> Card {
    Card {
        about: None,
        kind: Kind::Test,
        tone: Tone::Quiet,
        title: Text::plain("A test message"),
        lead: Text::plain(words::test_message(sender, place)),
        quote: None,
        fields: Vec::new(),
        steps: Vec::new(),
        notes: Vec::new(),
        buttons: Vec::new(),
        summary: words::cut(&words::test_message(sender, place), LINE),
    }
}

/// The card as a platform may show it: where votes on this request are not taken, it says so in place of the buttons.
pub fn on(platform: Platform, view: &RequestView, mut card: Card) -> Card {
    let votes = |button: &Button| matches!(button.token.verb, Verb::Approve | Verb::Deny | Verb::Trim);
    if !view.request.chain.takes_votes_from(platform) && card.buttons.iter().any(votes) {
        card.buttons.retain(|button| !votes(button));
        card.notes.push(Text::plain(words::no_votes_from(platform)));
    }
    card
}

/// Who could not be told as planned; of interest while votes are wanted.
fn undelivered(view: &RequestView) -> Vec<Text> {
    match view.request.state.is_pending() {
        true => words::delivery_notes(view).into_iter().map(Text::plain).collect(),
        false => Vec::new(),
    }
}

fn about(view: &RequestView) -> Option<About> {
    let subject = words::cut(&words::subject(view), LINE);
    Some(About { request: view.request.id.clone(), short_id: view.request.short_id.clone(), subject })
}

fn tone(view: &RequestView) -> Tone {
    match (&view.request.state, view.request.grant.as_ref().map(|g| (&g.state, g.trouble.is_some()))) {
        (State::Pending(p), _) if p.blocked.is_some() => Tone::Alarm,
        (State::Pending(_), _) => Tone::Waiting,
        (State::Denied { .. } | State::TimedOut { .. }, _) => Tone::Bad,
        (State::Withdrawn { .. } | State::Cancelled { .. }, _) => Tone::Quiet,
        (_, Some((state, _))) if state.is_overdue() => Tone::Alarm,
        (
            _,
            Some((GrantState::Failed { .. }, _) | (GrantState::Granting { .. } | GrantState::Revoking { .. }, true)),
        ) => Tone::Bad,
        (_, Some((GrantState::Ended { why: EndReason::RevokedBy { .. }, .. }, _))) => Tone::Bad,
        (_, Some((GrantState::Ended { .. } | GrantState::Revoking { .. }, _))) => Tone::Quiet,
        (State::Approved { .. }, _) => Tone::Good,
    }
}

/// Access that ends soon wants somebody to act.
fn tone_of_news(view: &RequestView, news: News) -> Tone {
    match (news, view.request.grant.as_ref().map(|g| &g.state)) {
        (News::EndsSoon, Some(GrantState::Active { .. })) => Tone::Waiting,
        _ => tone(view),
    }
}

/// `req-84a2 · pending · step 3 of 3, Security`. Says moments, not spans of time: it is read long after it was written.
fn title(view: &RequestView) -> Text {
    let request = &view.request;
    let text = Text::default().with(super::Span::Strong(request.short_id.to_string()));
    match (&request.state, request.grant.as_ref().and_then(|g| g.state.expires_at())) {
        (State::Pending(p), _) => {
            let name = view.steps.get(p.step).map(|s| words::outside(&s.name, 60)).unwrap_or_default();
            let (state, of) = (request.state.key(), request.chain.steps.len());
            text.then(format!(" · {state} · step {} of {of}, {name}", p.step + 1))
        }
        (_, Some(until)) => text.then(" · active until ").with(line::moment(until, view.now)),
        _ => text.then(format!(" · {}", words::standing(view))),
    }
}

/// `Dev (dev@acme.com) → prod-db (read-write, 4h)`, by our own names (THREATS A01).
fn lead(view: &RequestView) -> Text {
    let request = &view.request;
    let mut text = Text::default().with(super::Span::Strong(words::who(&request.requester, view)));
    if request.holder != request.requester {
        text = text.then(format!(" for {}", words::who(&request.holder, view)));
    }
    text.then(" → ")
        .with(super::Span::Strong(words::outside(request.asked.resource.as_str(), 60)))
        .then(format!(" ({})", words::scope(view)))
}

/// Where it stands, unless the open step's line says it all.
fn status(view: &RequestView) -> Vec<(String, Text)> {
    let expires_at = view.request.grant.as_ref().and_then(|g| g.state.expires_at());
    let text = match (&view.request.state, expires_at) {
        (State::Pending(p), _) if p.blocked.is_none() => return Vec::new(),
        (_, Some(until)) => Text::plain("Active until ")
            .with(line::moment(until, view.now))
            .then(format!(" ({})", words::left(until, view.now))),
        _ => Text::plain(words::sentence(view)),
    };
    vec![("Status".into(), text)]
}

fn quote(view: &RequestView) -> Option<String> {
    let reason = view.request.asked.reason.as_deref().map(|r| words::outside(r, REASON))?;
    (!reason.is_empty()).then_some(reason)
}

fn summary(view: &RequestView) -> String {
    match &view.request.state {
        State::Pending(p) if p.blocked.is_none() => {
            let why = view.request.asked.reason.as_deref().map(|r| format!(": {}", words::outside(r, LINE)));
            format!("{}{}", words::ask(view), why.unwrap_or_default())
        }
        _ => format!("{} {}: {}", view.request.short_id, words::standing(view), words::asked(view)),
    }
}

fn steps(view: &RequestView) -> Vec<StepLine> {
    (0..view.steps.len()).filter_map(|index| line::step(view, index)).collect()
}

fn not_there_yet(view: &RequestView) -> bool {
    let state = view.request.grant.as_ref().map(|g| &g.state);
    matches!(state, Some(GrantState::Scheduled { .. } | GrantState::Granting { .. }))
}

/// What does this to the request, as it is called on every card.
pub(crate) fn button(view: &RequestView, verb: Verb) -> Button {
    let (label, style) = match verb {
        Verb::Approve => ("Approve", ButtonStyle::Primary),
        Verb::Deny => ("Deny", ButtonStyle::Danger),
        Verb::Trim => ("Approve with changes…", ButtonStyle::Plain),
        Verb::Details => ("Details", ButtonStyle::Plain),
        Verb::Cancel => ("Cancel request", ButtonStyle::Danger),
        Verb::Start => ("Start access", ButtonStyle::Primary),
        Verb::End if not_there_yet(view) => ("Cancel access", ButtonStyle::Danger),
        Verb::End => ("End access", ButtonStyle::Danger),
    };
    let step = view.request.open_step().map(|(p, _)| p.step);
    Button { label: label.into(), style, token: Token { verb, request: view.request.id.clone(), step } }
}
