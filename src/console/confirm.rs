//! `/requests/{id}/confirm/{verb}`: where the links of an e-mail lead. A `GET` shows how things stand and changes nothing:
//! scanners and previews follow links (THREATS B13). The `POST` is a form of a signed-in person like any other; it counts as
//! said by e-mail.

use super::{
    act::{self, Fields},
    error::Problem,
    form::Signed,
    page::{Frame, html},
    request::Typed,
    session::Reader,
    show::{card::Card, request::Shown},
};
use crate::http::{Web, status};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use countersign_engine::{
    card,
    person::Platform,
    ports::{ApprovalEngine, Caller, EngineError},
    refusal::Refusal,
    view::RequestView,
};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "confirm.html")]
struct Page {
    frame: Frame,
    short: String,
    card: Card,
    r: Shown,
    asked: Asked,
    /// Can the reader do it now?
    possible: bool,
    /// Why not, or where things stand.
    why: String,
    /// The mail showed another step than the one that is open.
    moved: bool,
    /// What the last press came to, when it was refused.
    notice: Option<String>,
    typed: Typed,
}

/// What the page asks whether one wants.
#[derive(Clone, Copy)]
struct Asked {
    /// The word in the address, and in [`act::command`].
    verb: &'static str,
    /// What the button says.
    label: &'static str,
    /// How it looks.
    style: &'static str,
}

impl Asked {
    const ALL: [Self; 5] = [
        Self { verb: "approve", label: "Approve", style: "primary" },
        Self { verb: "deny", label: "Deny", style: "danger" },
        Self { verb: "cancel", label: "Cancel request", style: "danger" },
        Self { verb: "start", label: "Start access", style: "primary" },
        Self { verb: "end", label: "End access", style: "danger" },
    ];

    fn of(verb: &str) -> Result<Self, Problem> {
        Self::ALL.into_iter().find(|asked| asked.verb == verb).ok_or_else(|| Problem::not_found("button"))
    }

    fn is_vote(self) -> bool {
        matches!(self.verb, "approve" | "deny")
    }

    fn is_possible(self, r: &Shown) -> bool {
        match self.verb {
            "cancel" => r.can.cancel,
            "start" => r.can.start,
            "end" => r.can.end,
            _ => r.can.vote,
        }
    }
}

/// What a link says beside the request.
#[derive(Deserialize)]
pub struct Shows {
    /// The step that the mail showed.
    step: Option<usize>,
}

/// The page.
pub async fn page(
    State(web): State<Web>,
    reader: Reader,
    Path((id, verb)): Path<(String, String)>,
    Query(shows): Query<Shows>,
) -> Result<Response, Problem> {
    let asked = Asked::of(&verb)?;
    let view = match web.service.get(&reader.caller(), &id).await {
        Ok(view) => view,
        Err(why) => return Ok(Problem::from(why).framed(&web, Some(&reader)).await),
    };
    let moved = shows.step.is_some() && shows.step != view.request.open_step().map(|(pending, _)| pending.step);
    render(&web, &reader, asked, &view, moved, None, Typed::default()).await
}

/// Does it, and shows the request; a refusal shows the page again with the answer, and keeps what was typed.
pub async fn confirm(
    State(web): State<Web>,
    Path((id, verb)): Path<(String, String)>,
    Signed(reader, fields): Signed<Fields>,
) -> Result<Response, Problem> {
    let asked = Asked::of(&verb)?;
    let length = |text: &str| web.service.length(&reader.id, text, web.service.clock.now());
    let caller = Caller::Person { id: reader.id.clone(), platform: Platform::Email };
    let done = match act::command(asked.verb, &fields, length) {
        Some(Ok(command)) => web.service.act_if_seen(&caller, "", &id, command).await,
        Some(Err(refusal)) => Err(refusal.into()),
        None => return Err(Problem::not_found("button")),
    };
    match done {
        Ok(view) => Ok(Redirect::to(&format!("/requests/{}", view.request.short_id)).into_response()),
        Err(EngineError::Refused(refusal)) if !matches!(*refusal, Refusal::NotFound { .. }) => {
            let view = web.service.get(&reader.caller(), &id).await?;
            let notice = Some(refusal.to_string());
            let page = render(&web, &reader, asked, &view, false, notice, fields.typed()).await?;
            Ok((status(&refusal), page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn render(
    web: &Web,
    reader: &Reader,
    asked: Asked,
    view: &RequestView,
    moved: bool,
    notice: Option<String>,
    typed: Typed,
) -> Result<Response, Problem> {
    let r = Shown::of(view);
    let card = Card { buttons: Vec::new(), ..Card::from(&card::request(view)) };
    let refusal = view.abilities.no_vote.as_ref().filter(|_| asked.is_vote());
    let why = refusal.map_or_else(|| r.sentence.clone(), ToString::to_string);
    let frame = Frame::of(web, reader, "", &format!("{} {}", asked.label, r.short)).await?;
    let possible = asked.is_possible(&r);
    Ok(html(&Page { frame, short: r.short.clone(), card, r, asked, possible, why, moved, notice, typed }))
}
