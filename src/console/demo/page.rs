//! `GET /demo`: who one is, the chat, and the tour.

use super::{
    InDemo,
    bubble::{self, Bubble},
    chat::Chat,
    tour::{self, Stop},
};
use crate::{
    console::{
        error::Problem,
        page::{Frame, html},
        session::Reader,
        show::{moment::Moment, person},
    },
    http::Web,
    store,
};
use askama::Template;
use axum::{
    Extension,
    extract::{Query, State},
    http::HeaderMap,
    response::Response,
};
use countersign_engine::{id::PersonId, request::Request, view::RequestView};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "demo.html")]
struct Page {
    frame: Frame,
    cast: Vec<Role>,
    bubbles: Vec<Bubble>,
    stops: Vec<Stop>,
    /// Every stop is done.
    finished: bool,
    /// Whom to be to read the trail, unless one may read it already.
    auditor: Option<String>,
    /// A form came with a session that the demo does not know any more.
    restarted: bool,
    now: Moment,
}

/// How one came here.
#[derive(Deserialize)]
pub struct Asked {
    restarted: Option<String>,
}

/// Somebody to be.
struct Role {
    who: person::Shown,
    /// It is who one is.
    here: bool,
    /// Requests that wait for their vote.
    waiting: usize,
    /// The tour wants one to be them.
    next: bool,
}

/// The page. Works without a session, so that the first thing it says is what this is.
pub async fn page(
    State(web): State<Web>,
    _: InDemo,
    Extension(chat): Extension<Arc<Chat>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let reader = Reader::find(&headers, &web).await?;
    let newest = web
        .service
        .store
        .requests(&store::Query { limit: 30, ..store::Query::default() })
        .await
        .map_err(Problem::from_store)?;
    // Requests that came another way, by REST or from the form, have their card in the chat as well.
    newest.iter().rev().filter(|r| r.is_live()).for_each(|r| chat.add_card(r.opened_at, &r.id));
    let bubbles = bubble::all(&web, reader.as_ref(), &chat).await?;
    let policy = web.service.policy.get();
    let now = web.service.clock.now();
    let stops = tour::stops(&newest, &chat, &policy, now);
    let frame = match &reader {
        Some(reader) => Frame::of(&web, reader, "/demo", "Demo").await?,
        None => Frame::open(&web, "/demo", "Demo"),
    };
    let next = stops.iter().find(|stop| stop.next).map(|stop| stop.person.as_str());
    let cast = frame.people.iter().map(|who| role(&web, who, &frame, &newest, next)).collect();
    let finished = stops.iter().all(|stop| stop.done);
    let auditor = frame.people.iter().map(|who| (who, policy.is_auditor(&PersonId::new(&*who.id))));
    let auditor = match auditor.clone().any(|(who, may)| may && frame.is_me(&who.id)) {
        true => None,
        false => auditor.filter(|(_, may)| *may).map(|(who, _)| who.name.clone()).next(),
    };
    let restarted = asked.restarted.is_some() && reader.is_none();
    Ok(html(&Page { frame, cast, bubbles, stops, finished, auditor, restarted, now: Moment(now) }))
}

fn role(web: &Web, who: &person::Shown, frame: &Frame, newest: &[Request], next: Option<&str>) -> Role {
    let (policy, now, id) = (web.service.policy.get(), web.service.clock.now(), PersonId::new(&*who.id));
    let can_vote = |request: &&Request| {
        request.state.is_pending()
            && RequestView::new((*request).clone(), Some(&id), Vec::new(), &policy, now).abilities.vote
    };
    Role {
        here: frame.is_me(&who.id),
        waiting: newest.iter().filter(can_vote).count(),
        next: next == Some(&*who.id),
        who: who.clone(),
    }
}
