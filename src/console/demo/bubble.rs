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
    card,
    id::{PersonId, RequestId},
    view::{RequestView, StepState},
    words,
    workflow::Explanation,
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
        What::Card(id) => match shown(web, &id).await? {
            Some(card) => Bubble { card: Some(card), ..empty },
            None => return Ok(None),
        },
    }))
}

/// The card that every platform shows: made without a reader, so with the same buttons for all.
async fn shown(web: &Web, id: &RequestId) -> Result<Option<(Card, String)>, Problem> {
    let Some(request) = web.service.store.request(id.as_str()).await.map_err(Problem::from_store)? else {
        return Ok(None);
    };
    let view = web.service.view(request, None).await?;
    Ok(Some((Card::from(&card::request(&view)), view.request.short_id.to_string())))
}

/// What can be typed.
pub fn help() -> Vec<String> {
    vec![words::help()]
}

/// One line for each request.
pub fn list(views: &[RequestView]) -> Vec<String> {
    match views {
        [] => vec!["You have no requests.".into()],
        views => views.iter().map(|view| card::request(view).summary).collect(),
    }
}

/// The chain, line by line.
pub fn status(view: &RequestView) -> Vec<String> {
    let card = card::request(view);
    let steps = card.steps.iter().map(|line| format!("{} {}", line.mark.symbol(), line.text.to_plain()));
    std::iter::once(words::sentence(view)).chain(steps).collect()
}

/// Who can vote now.
pub fn who(view: &RequestView) -> Vec<String> {
    let open = view.steps.iter().filter(|step| matches!(step.state, StepState::Open { .. }));
    let people = |ids: &[PersonId]| ids.iter().map(|id| view.label(id).email).collect::<Vec<_>>().join(", ");
    let lines: Vec<String> = open.map(|step| format!("{}: {}", step.name, people(&step.can))).collect();
    if lines.is_empty() { vec![words::sentence(view)] } else { lines }
}

/// The trace, line by line.
pub fn explain(answer: &Explanation) -> Vec<String> {
    let winner = answer.winner.iter().map(|winner| format!("{winner} takes it"));
    let lost = answer.lost.iter().map(|lost| format!("{} does not: {}", lost.workflow, lost.why));
    let steps = answer.steps.iter().enumerate().map(|(i, s)| {
        let free = s.candidates.iter().filter(|c| c.excluded.is_none()).count();
        format!("{}. {}: {}, {} needed, {free} can", i + 1, s.name, s.rule, s.required)
    });
    winner.chain(steps).chain(answer.refusal.clone()).chain(lost).collect()
}
