//! What every page has around it.

use super::{
    assets,
    error::Problem,
    session::Reader,
    show::{person, text},
};
use crate::{audit::health::QUARANTINED, http::Web};
use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use countersign_engine::{
    id::PersonId,
    ports::{ApprovalEngine, Filter},
    time::Timestamp,
};

/// The frame of a page: title, navigation, who is signed in.
#[derive(Clone)]
pub struct Frame {
    /// The page's name.
    pub title: String,
    /// The path of the navigation entry that is here.
    pub here: &'static str,
    /// Who is signed in.
    pub who: Option<person::Shown>,
    /// What their forms bring along.
    pub csrf: String,
    /// May they see what only administrators and auditors see?
    pub watches: bool,
    /// Requests that wait for their vote.
    pub waiting: usize,
    /// Requests whose access should be gone and is not (rule 39); short ids.
    pub overdue: Vec<String>,
    /// May they read everything?
    pub auditor: bool,
    /// Why nothing may happen at present; empty while all is well.
    pub quarantine: &'static str,
    /// Demo mode: the people of the switcher.
    pub people: Vec<person::Shown>,
    /// Demo mode.
    pub demo: bool,
    /// The moment on the server, which the demo can move: RFC 3339.
    pub now: String,
    /// Changes with the assets, so that browsers may keep them for ever.
    pub assets: &'static str,
}

impl Frame {
    /// Around a page for `reader`.
    pub async fn of(web: &Web, reader: &Reader, here: &'static str, title: &str) -> Result<Self, Problem> {
        let list = async |filter: Filter| web.service.list(&reader.caller(), filter).await.map_err(Problem::from);
        let to_vote = list(Filter { to_vote: true, ..Filter::default() }).await?;
        let revoking = list(Filter { grant_states: vec!["revoking".into()], ..Filter::default() }).await?;
        let late = revoking.items.iter().filter(|v| v.request.grant.as_ref().is_some_and(|g| g.state.is_overdue()));
        Ok(Self {
            waiting: to_vote.items.len(),
            overdue: late.map(|v| v.request.short_id.to_string()).collect(),
            watches: web.service.policy.get().is_auditor(&reader.id),
            who: Some(person::Shown::of(&reader.id, &web.service.policy.get())),
            csrf: reader.csrf.clone(),
            auditor: web.service.policy.get().is_auditor(&reader.id),
            ..Self::open(web, here, title)
        })
    }
    /// Around a page for anybody.
    pub fn open(web: &Web, here: &'static str, title: &str) -> Self {
        let policy = web.service.policy.get();
        let people: Vec<&PersonId> =
            if web.demo { policy.directory.everyone().map(|p| &p.id).collect() } else { vec![] };
        let mut people: Vec<person::Shown> = people.into_iter().map(|id| person::Shown::of(id, &policy)).collect();
        // As a story is told: who asks first, who decides last.
        let teams = |p: &person::Shown| policy.directory.person(&PersonId::new(&*p.id)).map(|p| p.teams.len());
        let order = ["dev", "lisa", "manager", "deputy"];
        people.sort_by_key(|p| (order.iter().position(|o| *o == p.id).unwrap_or(order.len()), teams(p), p.id.clone()));
        let quarantine = if web.trail.is_quarantined() { QUARANTINED } else { "" };
        Self { demo: web.demo, people, quarantine, here, now: iso(web.service.clock.now()), ..Self::bare(title) }
    }
    /// Around an error page, which must not need anything.
    pub fn bare(title: &str) -> Self {
        Self {
            title: text::clean(title),
            here: "",
            who: None,
            csrf: String::new(),
            watches: false,
            waiting: 0,
            overdue: Vec::new(),
            auditor: false,
            quarantine: "",
            people: Vec::new(),
            demo: false,
            now: String::new(),
            assets: assets::version(),
        }
    }
    /// Is this the person signed in?
    pub fn is_me(&self, id: &str) -> bool {
        self.who.as_ref().is_some_and(|who| who.id == id)
    }
}

/// RFC 3339 in UTC, to the second.
pub fn iso(at: Timestamp) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// A page.
pub fn html(template: &impl Template) -> Response {
    match template.render() {
        Ok(page) => Html(page).into_response(),
        Err(fault) => {
            tracing::error!(%fault, "a page could not be rendered");
            (StatusCode::INTERNAL_SERVER_ERROR, "This page could not be made; the server's log says more.")
                .into_response()
        }
    }
}
