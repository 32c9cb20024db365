//! Messages as the demo's page shows them, and the answers to subcommands: lines of the card, never new sentences.

use super::chat::{Chat, Message, What};
use crate::{
    console::{
        error::Problem,
        session::Reader,
        show::{card::Card, moment::Moment, person, text},
    },
    http::Web,
};
use countersign_engine::{
    card::{self, Button, Verb},
    effect::News,
    id::{PersonId, RequestId},
    view::RequestView,
    words,
};

/// A message on the page.
pub struct Bubble {
    /// When.
    pub at: Moment,
    /// Who typed it; `None`: we said it.
    pub who: Option<person::Shown>,
    /// The reader typed it.
    pub mine: bool,
    /// What was said.
    pub lines: Vec<String>,
    /// The card, and the short id of its request.
    pub card: Option<(Card, String)>,
}

/// All that the reader sees.
pub async fn all(web: &Web, reader: Option<&Reader>, chat: &Chat) -> Result<Vec<Bubble>, Problem> {
    let id = reader.map(|r| &r.id);
    let mut bubbles = Vec::new();
    for message in chat.seen_by(id) {
        bubbles.extend(one(web, id, message).await?);
    }
    Ok(bubbles)
}

async fn one(web: &Web, reader: Option<&PersonId>, message: Message) -> Result<Option<Bubble>, Problem> {
    let policy = web.service.policy.get();
    let empty = Bubble { at: Moment(message.at), who: None, mine: false, lines: Vec::new(), card: None };
    Ok(Some(match message.what {
        What::Typed(id, words) => Bubble {
            mine: reader == Some(&id),
            who: Some(person::Shown::of(&id, &policy)),
            lines: vec![text::clean(&words)],
            ..empty
        },
        What::Answer(_, lines) => Bubble { lines: lines.iter().map(|line| text::clean(line)).collect(), ..empty },
        What::Card(id) => match shown(web, &id, reader).await? {
            Some(card) => Bubble { card: Some(card), ..empty },
            None => return Ok(None),
        },
    }))
}

/// The card that every platform shows, made without a reader; and where the reader may take back, start or end, those
/// buttons too, which chat platforms send to them in a message of their own.
async fn shown(web: &Web, id: &RequestId, reader: Option<&PersonId>) -> Result<Option<(Card, String)>, Problem> {
    let Some(request) = web.service.store.request(id.as_str()).await.map_err(Problem::from_store)? else {
        return Ok(None);
    };
    let view = web.service.view(request, reader).await?;
    let mut card = card::request(&view);
    let is_own = |b: &Button| matches!(b.token.verb, Verb::Cancel | Verb::Start | Verb::End);
    let own = card::news(&view, News::Opened).buttons.into_iter().filter(is_own);
    let details = card.buttons.iter().position(|b| b.token.verb == Verb::Details).unwrap_or(card.buttons.len());
    card.buttons.splice(details..details, own);
    Ok(Some((Card::from(&card), view.request.short_id.to_string())))
}

/// What can be typed.
pub fn help() -> Vec<String> {
    vec![words::help()]
}

/// The request and its chain, line by line.
pub fn status(view: &RequestView) -> Vec<String> {
    let card = card::request(view);
    let steps = card.steps.iter().map(|line| format!("{} {}", line.mark.sign(), line.text.to_plain()));
    [words::line(view), words::sentence(view)].into_iter().chain(steps).collect()
}
