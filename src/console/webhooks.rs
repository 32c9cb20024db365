//! `GET /webhooks`: what was sent to whom, what came of it, and what is to be sent again. For administrators and auditors.

use super::{
    error::Problem,
    form::Signed,
    page::{Frame, html},
    session::Reader,
    show::{moment::Moment, text},
};
use crate::{
    http::Web,
    store::{WebhookCursor, WebhookDelivery, WebhookQuery, WebhookState},
};
use askama::Template;
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

const PAGE: i64 = 50;

/// The filter form.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct Search {
    webhook: String,
    state: String,
    before: String,
}

/// A delivery to be sent again.
#[derive(Deserialize)]
pub struct Resend {
    #[serde(default)]
    delivery: String,
}

/// A webhook to be turned on again.
#[derive(Deserialize)]
pub struct Enable {
    #[serde(default)]
    webhook: String,
}

/// The filter as part of an address.
#[derive(Template)]
#[template(source = "webhook={{ webhook|urlencode_strict }}&state={{ state|urlencode_strict }}", ext = "txt")]
struct Links<'a> {
    webhook: &'a str,
    state: &'a str,
}

/// One webhook.
struct Webhook {
    name: String,
    /// The trail's entries that it has not looked at yet.
    behind: i64,
    /// Since when it is off, and why.
    off: Option<(Moment, String)>,
}

/// One delivery.
struct Line {
    id: i64,
    webhook: String,
    kind: String,
    seq: i64,
    request: String,
    state: &'static str,
    attempts: i64,
    status: Option<i64>,
    error: String,
    excerpt: String,
    at: Moment,
    /// When it is tried next, while it waits.
    next: Option<Moment>,
}

#[derive(Template)]
#[template(path = "webhooks.html")]
struct Page {
    frame: Frame,
    webhooks: Vec<Webhook>,
    lines: Vec<Line>,
    search: Search,
    query: String,
    /// Where the next page begins.
    next: Option<i64>,
    /// May the reader send again? Auditors only look.
    administrator: bool,
}

/// The page.
pub async fn page(
    State(web): State<Web>,
    reader: Reader,
    Query(mut search): Query<Search>,
) -> Result<Response, Problem> {
    watching(&web, &reader)?;
    search.webhook = text::short(&search.webhook, 100);
    let store = &web.service.store;
    let size = store.audit_head().await.map_err(Problem::from_store)?.size;
    let cursors = store.webhook_cursors().await.map_err(Problem::from_store)?;
    let query = WebhookQuery {
        webhook: Some(search.webhook.clone()).filter(|webhook| !webhook.trim().is_empty()),
        state: WebhookState::from_key(&search.state),
        before: search.before.parse().ok(),
        limit: PAGE,
    };
    let found = store.webhook_deliveries(&query).await.map_err(Problem::from_store)?;
    let next = found.last().map(|last| last.id).filter(|_| found.len() as i64 == PAGE);
    Ok(html(&Page {
        frame: Frame::of(&web, &reader, "/webhooks", "Webhooks").await?,
        webhooks: cursors.into_iter().map(|cursor| Webhook::of(cursor, size)).collect(),
        lines: found.into_iter().map(Line::of).collect(),
        query: Links { webhook: &search.webhook, state: &search.state }.to_string(),
        search,
        next,
        administrator: web.service.policy.get().is_administrator(&reader.id),
    }))
}

/// Sends one again that is delivered or dead; receivers know it by its id.
pub async fn resend(State(web): State<Web>, Signed(reader, form): Signed<Resend>) -> Result<Response, Problem> {
    administering(&web, &reader)?;
    let id = form.delivery.parse().map_err(|_| Problem::not_found("delivery"))?;
    let (store, now) = (&web.service.store, web.service.clock.now());
    if !store.resend_webhook(id, now).await.map_err(Problem::from_store)? {
        return Err(Problem::not_found("delivery that could be sent again"));
    }
    tracing::info!(person = %reader.id, delivery = id, "a webhook's delivery is sent again");
    store.announce().await;
    Ok(Redirect::to("/webhooks").into_response())
}

/// Turns a webhook on again that its receiver had turned off.
pub async fn enable(State(web): State<Web>, Signed(reader, form): Signed<Enable>) -> Result<Response, Problem> {
    administering(&web, &reader)?;
    let (store, now) = (&web.service.store, web.service.clock.now());
    if !store.enable_webhook(&form.webhook, now).await.map_err(Problem::from_store)? {
        return Err(Problem::not_found("webhook that is off"));
    }
    tracing::info!(person = %reader.id, webhook = form.webhook, "a webhook is turned on again");
    store.announce().await;
    Ok(Redirect::to("/webhooks").into_response())
}

/// For everybody else there is no such page (THREATS E03).
fn watching(web: &Web, reader: &Reader) -> Result<(), Problem> {
    match web.service.policy.get().is_auditor(&reader.id) {
        true => Ok(()),
        false => Err(Problem::not_found("page")),
    }
}

fn administering(web: &Web, reader: &Reader) -> Result<(), Problem> {
    match web.service.policy.get().is_administrator(&reader.id) {
        true => Ok(()),
        false => Err(Problem::not_found("button")),
    }
}

impl Webhook {
    fn of(cursor: WebhookCursor, size: i64) -> Self {
        let off = cursor.disabled.map(|(at, why)| (Moment(at), text::clean(&why)));
        Self { name: cursor.webhook, behind: (size - cursor.next_seq).max(0), off }
    }
}

impl Line {
    fn of(delivery: WebhookDelivery) -> Self {
        let waits = delivery.state == WebhookState::Waiting;
        Self {
            id: delivery.id,
            webhook: delivery.webhook,
            kind: delivery.want.kind,
            seq: delivery.want.seq,
            request: delivery.want.request.to_string(),
            state: delivery.state.key(),
            attempts: delivery.attempts,
            status: delivery.status,
            error: text::clean(&delivery.error),
            excerpt: text::short(&text::clean(&delivery.excerpt), 300),
            at: Moment(delivery.at),
            next: waits.then_some(Moment(delivery.due_at)),
        }
    }
}
