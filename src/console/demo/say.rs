//! `POST /demo/say`: what one types into the chat, read as every chat platform reads it (rule 29).

use super::{
    InDemo, bubble,
    chat::{Chat, What},
    switch,
};
use crate::{
    console::{error::Problem, form::Signed, session::Reader},
    http::Web,
    service::Service,
};
use axum::{
    Extension,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use countersign_engine::{
    ask::{self, Ask},
    command::Command,
    ports::{ApprovalEngine, Caller, Catalog, EngineError, Filter},
    refusal::Refusal,
    view::RequestView,
    words,
};
use serde::Deserialize;
use std::sync::Arc;

/// What was typed, and as whom: the tour's buttons switch and type in one press.
#[derive(Deserialize)]
pub struct Line {
    text: String,
    person: Option<String>,
}

/// A form without fields of its own.
#[derive(Deserialize)]
pub struct Nothing {}

/// Takes the line. Answers appear in the chat.
pub async fn say(
    State(web): State<Web>,
    _: InDemo,
    Extension(chat): Extension<Arc<Chat>>,
    Signed(reader, line): Signed<Line>,
) -> Result<Response, Problem> {
    let (mut reader, mut cookie) = (reader, None);
    if let Some(person) = line.person.filter(|p| *p != reader.id.as_str()) {
        cookie = Some([switch(&web, &person).await?]);
        reader.id = countersign_engine::id::PersonId::new(person);
    }
    let now = web.service.clock.now();
    let typed: String = line.text.trim().chars().take(4_000).collect();
    if !typed.is_empty() {
        chat.add(now, What::Typed(reader.id.clone(), typed.clone()));
        match answer(&web, &reader, &typed, &chat).await {
            Ok(lines) if lines.is_empty() => {}
            Ok(lines) => chat.add(now, What::Answer(reader.id.clone(), lines)),
            Err(EngineError::Refused(why)) => {
                chat.add(now, What::Answer(reader.id.clone(), vec![why.to_string()]));
            }
            Err(fault) => return Err(fault.into()),
        }
    }
    Ok((cookie, Redirect::to("/demo#end")).into_response())
}

/// Empties the chat; requests stay what they are.
pub async fn clear(
    _: InDemo,
    Extension(chat): Extension<Arc<Chat>>,
    Signed(_, Nothing {}): Signed<Nothing>,
) -> Redirect {
    chat.clear();
    Redirect::to("/demo")
}

async fn answer(web: &Web, reader: &Reader, typed: &str, chat: &Chat) -> Result<Vec<String>, EngineError> {
    let (service, caller) = (&web.service, reader.caller());
    let Catalog { offers, timezone } = service.catalog(&caller).await?;
    let lines = match ask::parse(typed, &offers, service.clock.now(), timezone)? {
        Ask::Request(draft) => {
            let view = match service.submit(&caller, "", draft).await {
                Err(EngineError::Refused(why)) => return Err(already_open(service, chat, *why).await),
                other => other?,
            };
            chat.typed(&view.request.id);
            chat.add_card(view.now, &view.request.id);
            Vec::new()
        }
        Ask::Form => vec!["The form is on the page New request. /access help says what can be typed.".to_owned()],
        Ask::Help => bubble::help(),
        Ask::Link => vec!["There is nothing to link here: the demo knows who you are.".to_owned()],
        Ask::List => {
            let mine = service.list(&caller, Filter { mine: true, limit: Some(10), ..Filter::default() }).await?;
            let to_vote = service.list(&caller, Filter { to_vote: true, limit: Some(10), ..Filter::default() }).await?;
            words::requests(&mine.items, &to_vote.items)
        }
        Ask::Status(id) => bubble::status(&one(web, &caller, id).await?),
        Ask::Who(id) => words::voters(&one(web, &caller, id).await?),
        Ask::Cancel(id) => {
            let view = one(web, &caller, id).await?;
            service.act(&caller, "", view.request.id.as_str(), Command::Cancel).await?;
            Vec::new()
        }
        Ask::End(id) => {
            let view = one(web, &caller, id).await?;
            service.act(&caller, "", view.request.id.as_str(), Command::End).await?;
            Vec::new()
        }
        Ask::Explain(question) => words::explanation(&service.explain(&caller, question).await?),
    };
    Ok(lines)
}

/// A request that is there already is the one that was meant, so the tour goes on with it.
async fn already_open(service: &Service, chat: &Chat, why: Refusal) -> EngineError {
    if let Refusal::AlreadyOpen { request, .. } = &why
        && let Ok(found) = service.find(&request.to_string()).await
    {
        chat.typed(&found.id);
    }
    why.into()
}

/// The request that an id names; without one, the caller's newest that is not over.
async fn one(web: &Web, caller: &Caller, id: Option<String>) -> Result<RequestView, EngineError> {
    if let Some(id) = id {
        return web.service.get(caller, &id).await;
    }
    let mine = web.service.list(caller, Filter { mine: true, limit: Some(20), ..Filter::default() }).await?;
    let none = || EngineError::from(Refusal::NotFound { wanted: String::new() });
    let newest = mine.items.into_iter().find(|view| view.request.is_live()).ok_or_else(none)?;
    web.service.get(caller, newest.request.id.as_str()).await
}
