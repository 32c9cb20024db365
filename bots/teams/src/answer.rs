//! How an answer reaches the one who asked, and nobody else.

use crate::{
    form,
    render::{self, Private},
};
use countersign_engine::{
    card::{Card, Kind},
    desk::Reply,
    effect::News,
};
use serde_json::{Value, json};

/// The response to an `adaptiveCard/action` invoke: what Teams shows to the presser alone, in the card's place or beside it
/// (learn.microsoft.com, "Universal Action Model", response format).
pub(crate) fn to_press(reply: &Reply, readers: &[String]) -> Value {
    match reply {
        // The shared card as it is now; every other copy converges by itself.
        Reply::Voted { card, .. } => shown(render::adaptive(card, readers)),
        Reply::Recorded => said(Reply::RECORDED),
        Reply::Words(words) => said(words),
        Reply::Card { card, below } => shown(render::private(card, Private { below, instead: true })),
        Reply::Form(form) => shown(form::card(form)),
        // The card stays as it is, with all that was filled in.
        Reply::Errors(errors) => said(&Reply::joined(errors)),
    }
}

/// A request's newest card, for a client that asked for it.
pub(crate) fn to_refresh(card: &Card, readers: &[String]) -> Value {
    shown(render::adaptive(card, readers))
}

/// A refusal that leaves the card as it is. Teams shows the sentence to the presser only.
pub(crate) fn said(words: &str) -> Value {
    let lines: Vec<String> = words.lines().map(|line| render::text::plain(line, 2_000)).collect();
    json!({"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": lines.join("\n")})
}

/// What was asked for by a client, not by a person, and is not for them.
pub(crate) fn refused(words: &str) -> Value {
    json!({"statusCode": 403, "type": "application/vnd.microsoft.error", "value": {"code": "Forbidden", "message": words}})
}

fn shown(card: Value) -> Value {
    json!({"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": card})
}

/// The answer to a message: a message, for the conversation between us and who asked.
pub(crate) fn to_message(reply: &Reply) -> Value {
    let words = |words: &str| render::carried(render::sentences(words), words);
    match reply {
        Reply::Recorded => words(Reply::RECORDED),
        Reply::Voted { words: text, .. } | Reply::Words(text) => words(text),
        // The card itself comes to this very chat, as the copy that is kept true.
        Reply::Card { card, .. } if card.kind == Kind::News(News::Opened) => words(&card.summary),
        Reply::Card { card, below } => {
            render::carried(render::private(card, Private { below, instead: false }), &card.summary)
        }
        Reply::Form(form) => render::carried(form::card(form), "A form to fill in"),
        Reply::Errors(errors) => words(&Reply::joined(errors)),
    }
}
