//! `/access ...` (rule 29).

use super::{Asking, Form, Reply, details, find};
use crate::{
    ask::{self, Ask},
    card,
    command::Command,
    effect::News,
    ports::{Catalog, EngineError, Filter, Offer, Question},
    words::{self, desk as say},
};

/// At most this many lines in a private list.
const LIST: usize = 15;

pub(super) async fn reply(asking: &Asking<'_>, text: &str) -> Result<Reply, EngineError> {
    let now = (asking.clock)();
    let (ask, offers) = match asking.engine.catalog(asking.caller).await {
        Ok(Catalog { offers, timezone }) => (ask::parse(text, &offers, now, timezone)?, offers),
        // Without an account one can still ask how to get one.
        Err(error) => match ask::parse(text, &[], now, chrono_tz::Tz::UTC) {
            Ok(ask @ (Ask::Link | Ask::Help)) => (ask, Vec::new()),
            _ => return Err(error),
        },
    };
    match ask {
        Ask::Form => Ok(form(offers)),
        Ask::Request(draft) => {
            let view = asking.engine.submit(asking.caller, asking.key, draft).await?;
            Ok(Reply::Card { card: Box::new(card::news(&view, News::Opened)), below: Vec::new() })
        }
        Ask::List => list(asking).await,
        Ask::Status(id) => match find::any(asking, id).await? {
            Ok(view) => Ok(details::of(&view, asking.platform())),
            Err(instead) => Ok(instead),
        },
        Ask::Who(id) => match find::any(asking, id).await? {
            Ok(view) => Ok(Reply::words(words::voters(&view).join("\n"))),
            Err(instead) => Ok(instead),
        },
        Ask::Cancel(id) => act(asking, find::pending(asking, id).await?, Command::Cancel).await,
        Ask::End(id) => act(asking, find::held(asking, id).await?, Command::End).await,
        Ask::Explain(question) => explain(asking, question).await,
        Ask::Link => Ok(Reply::words(words::link(&asking.engine.link(asking.caller).await?).join("\n"))),
        Ask::Help => Ok(Reply::words(words::help())),
    }
}

fn form(offers: Vec<Offer>) -> Reply {
    let offers: Vec<Offer> = offers.into_iter().filter(|offer| offer.requestable).collect();
    match offers.is_empty() {
        true => Reply::words(say::NOTHING_OFFERED),
        false => Reply::Form(Box::new(Form::Request { offers })),
    }
}

async fn list(asking: &Asking<'_>) -> Result<Reply, EngineError> {
    let filter = Filter { mine: true, limit: Some(LIST), ..Filter::default() };
    let mine = asking.engine.list(asking.caller, filter).await?;
    let filter = Filter { to_vote: true, limit: Some(LIST), ..Filter::default() };
    let to_vote = asking.engine.list(asking.caller, filter).await?;
    Ok(Reply::words(words::requests(&mine.items, &to_vote.items).join("\n")))
}

async fn act(asking: &Asking<'_>, found: Result<String, Reply>, command: Command) -> Result<Reply, EngineError> {
    match found {
        Ok(id) => {
            let view = asking.engine.act(asking.caller, asking.key, &id, command).await?;
            Ok(Reply::words(say::outcome(&view)))
        }
        Err(instead) => Ok(instead),
    }
}

async fn explain(asking: &Asking<'_>, question: Question) -> Result<Reply, EngineError> {
    let explanation = asking.engine.explain(asking.caller, question).await?;
    Ok(Reply::words(words::explanation(&explanation).join("\n")))
}
