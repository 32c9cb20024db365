//! `/access ...` (rule 29).

use super::{Asking, details, find, say};
use crate::{
    answer::{Answer, Message},
    modal, render,
};
use countersign_engine::{
    ask::{self, Ask},
    card,
    command::Command,
    effect::News,
    ports::{Catalog, EngineError, Filter, Offer, Question},
    words,
};

/// At most this many lines in a private list.
const LIST: usize = 15;

pub(super) async fn answer(asking: &Asking<'_>, text: &str) -> Result<Answer, EngineError> {
    let now = (asking.desk.clock)();
    let (ask, offers) = match asking.desk.engine.catalog(&asking.caller).await {
        Ok(Catalog { offers, timezone }) => (ask::parse(text, &offers, now, timezone)?, offers),
        // Without an account one can still ask how to get one.
        Err(error) => match ask::parse(text, &[], now, chrono_tz::Tz::UTC) {
            Ok(ask @ (Ask::Link | Ask::Help)) => (ask, Vec::new()),
            _ => return Err(error),
        },
    };
    match ask {
        Ask::Form => Ok(form(&offers)),
        Ask::Request(draft) => {
            let view = asking.desk.engine.submit(&asking.caller, &asking.key, draft).await?;
            Ok(Answer::Private(card_message(&card::news(&view, News::Opened))))
        }
        Ask::List => list(asking).await,
        Ask::Status(id) => match find::any(asking, id).await? {
            Ok(view) => Ok(details::of(&view)),
            Err(instead) => Ok(instead),
        },
        Ask::Who(id) => match find::any(asking, id).await? {
            Ok(view) => Ok(Answer::words(&words::voters(&view).join("\n"))),
            Err(instead) => Ok(instead),
        },
        Ask::Cancel(id) => act(asking, find::pending(asking, id).await?, Command::Cancel).await,
        Ask::End(id) => act(asking, find::held(asking, id).await?, Command::End).await,
        Ask::Explain(question) => explain(asking, question).await,
        Ask::Link => Ok(Answer::words(&words::link(&asking.desk.engine.link(&asking.caller).await?).join("\n"))),
        Ask::Help => Ok(Answer::words(&words::help())),
    }
}

fn form(offers: &[Offer]) -> Answer {
    let offers: Vec<&Offer> = offers.iter().filter(|offer| offer.requestable).collect();
    if offers.is_empty() { Answer::words(say::NOTHING_OFFERED) } else { Answer::Form(modal::request(&offers)) }
}

async fn list(asking: &Asking<'_>) -> Result<Answer, EngineError> {
    let filter = Filter { mine: true, limit: Some(LIST), ..Filter::default() };
    let mine = asking.desk.engine.list(&asking.caller, filter).await?;
    let filter = Filter { to_vote: true, limit: Some(LIST), ..Filter::default() };
    let to_vote = asking.desk.engine.list(&asking.caller, filter).await?;
    Ok(Answer::words(&words::requests(&mine.items, &to_vote.items).join("\n")))
}

async fn act(asking: &Asking<'_>, found: Result<String, Answer>, command: Command) -> Result<Answer, EngineError> {
    match found {
        Ok(id) => {
            let view = asking.desk.engine.act(&asking.caller, &asking.key, &id, command).await?;
            Ok(Answer::words(&say::outcome(&view)))
        }
        Err(instead) => Ok(instead),
    }
}

async fn explain(asking: &Asking<'_>, question: Question) -> Result<Answer, EngineError> {
    let explanation = asking.desk.engine.explain(&asking.caller, question).await?;
    Ok(Answer::words(&words::explanation(&explanation).join("\n")))
}

/// A card for one reader, without the buttons of those who vote.
pub(super) fn card_message(card: &card::Card) -> Message {
    let mut card = card.clone();
    card.buttons.retain(|b| !matches!(b.token.verb, card::Verb::Approve | card::Verb::Deny));
    Message { text: render::summary(&card), blocks: render::blocks(&card) }
}
