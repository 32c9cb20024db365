//! `/deliveries`: every message, to whom, where, when, and what became of it; and how the bots are doing.

use super::{
    error::Problem,
    form::Signed,
    page::{Frame, html},
    session::Reader,
    show::{delivery, moment::Moment, text},
};
use crate::{
    http::Web,
    lifecycle::BotState,
    outbox::{Sent, Target},
    store::{LedgerQuery, Posting, PostingState},
};
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use countersign_engine::{id::RequestId, person::Platform};
use serde::Deserialize;
use std::collections::BTreeMap;

const PAGE: i64 = 50;

/// The filter form.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct Search {
    state: String,
    platform: String,
    request: String,
    before: String,
}

#[derive(Template)]
#[template(path = "deliveries.html")]
struct Page {
    frame: Frame,
    bots: Vec<Bot>,
    rows: Vec<(delivery::Shown, String)>,
    search: Search,
    states: Vec<(&'static str, String)>,
    platforms: Vec<(&'static str, String)>,
    next: Option<i64>,
    /// May the reader send test messages?
    administrator: bool,
    /// What came of the test messages just sent.
    tested: Vec<Tested>,
    notice: Option<String>,
}

/// A platform that can be written to.
struct Bot {
    key: &'static str,
    name: String,
    state: (&'static str, &'static str),
    since: Option<Moment>,
    why: String,
}

/// A test message, in words.
struct Tested {
    address: String,
    delivered: bool,
    error: String,
    hint: &'static str,
}

/// The page, for auditors and administrators.
pub async fn page(State(web): State<Web>, reader: Reader, Query(search): Query<Search>) -> Result<Response, Problem> {
    render(&web, &reader, search, Vec::new(), None).await
}

/// Where a test message goes.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Test {
    platform: String,
    to: String,
    place: String,
}

/// Sends test messages and says at once what came back.
pub async fn test(State(web): State<Web>, Signed(reader, form): Signed<Test>) -> Result<Response, Problem> {
    let policy = web.service.policy.get();
    if !policy.is_administrator(&reader.id) {
        return Err(Problem::not_found("page"));
    }
    let (to, place) = (form.to.trim(), form.place.trim());
    let target = match Target::read(form.platform.trim(), to, place, &reader.id, &policy) {
        Ok(target) => target,
        Err(why) => return render(&web, &reader, Search::default(), Vec::new(), Some(why)).await,
    };
    let sent = web.outbox.test(&reader.id, &target).await.map_err(Problem::from_store)?;
    let notice = sent.is_empty().then(|| "There is no way to this person on that platform.".to_owned());
    render(&web, &reader, Search::default(), sent, notice).await
}

async fn render(
    web: &Web,
    reader: &Reader,
    search: Search,
    sent: Vec<Sent>,
    notice: Option<String>,
) -> Result<Response, Problem> {
    let policy = web.service.policy.get();
    if !policy.is_auditor(&reader.id) {
        return Err(Problem::not_found("page"));
    }
    let (postings, search) = read(web, search).await?;
    let names = short_ids(web, &postings).await?;
    let next = (postings.len() as i64 == PAGE).then(|| postings.last().map(|p| p.id)).flatten();
    let short = |p: &Posting| names.get(&p.request).cloned().unwrap_or_default();
    let tested = sent.into_iter().map(|sent| Tested {
        address: text::short(&sent.address.to_string(), 80),
        delivered: sent.delivered,
        error: text::short(&sent.error, 200),
        hint: sent.hint,
    });
    let platforms: Vec<Platform> = web.outbox.platforms().collect();
    Ok(html(&Page {
        frame: Frame::of(web, reader, "/deliveries", "Deliveries").await?,
        bots: bots(web, &platforms),
        rows: postings.iter().map(|p| (delivery::Shown::of(p, &policy), short(p))).collect(),
        search,
        states: PostingState::ALL.map(|state| (state.key(), state.key().replace('_', " "))).to_vec(),
        platforms: platforms.iter().map(|platform| (platform.key(), platform.to_string())).collect(),
        next,
        administrator: policy.is_administrator(&reader.id),
        tested: tested.collect(),
        notice,
    }))
}

async fn read(web: &Web, mut search: Search) -> Result<(Vec<Posting>, Search), Problem> {
    search.request = text::short(search.request.trim(), 40);
    let request = match search.request.as_str() {
        "" => None,
        name => {
            let found = web.service.store.request(&name.to_ascii_lowercase()).await.map_err(Problem::from_store)?;
            // A request that does not exist has no messages, as this id has none.
            Some(found.map_or_else(|| RequestId::new("none"), |request| request.id))
        }
    };
    let query = LedgerQuery {
        state: PostingState::from_key(&search.state),
        platform: Platform::from_key(&search.platform),
        request,
        before: search.before.parse().ok(),
        limit: PAGE,
    };
    let postings = web.service.store.ledger(&query).await.map_err(Problem::from_store)?;
    Ok((postings, search))
}

/// The names that people know requests by.
async fn short_ids(web: &Web, postings: &[Posting]) -> Result<BTreeMap<RequestId, String>, Problem> {
    let mut names = BTreeMap::new();
    for id in postings.iter().map(|p| &p.request).filter(|id| !id.as_str().is_empty()) {
        if !names.contains_key(id) {
            let request = web.service.store.request(id.as_str()).await.map_err(Problem::from_store)?;
            names.insert(id.clone(), request.map_or_else(String::new, |r| r.short_id.to_string()));
        }
    }
    Ok(names)
}

/// Platforms without a listener, such as e-mail, only need to be configured.
fn bots(web: &Web, platforms: &[Platform]) -> Vec<Bot> {
    let health = web.bots.states();
    let bot = |platform: &Platform| {
        let known = health.get(platform);
        let state = match known.map(|health| health.state) {
            None => ("configured", "quiet"),
            Some(BotState::Listening) => ("listening", "good"),
            Some(BotState::StandingBy) => ("standing by", "good"),
            Some(BotState::Disconnected) => ("disconnected", "bad"),
            Some(BotState::Stopped) => ("stopped", "alarm"),
        };
        Bot {
            key: platform.key(),
            name: platform.to_string(),
            state,
            since: known.and_then(|health| health.since).map(Moment),
            why: known.map_or_else(String::new, |health| text::short(&health.why, 200)),
        }
    };
    platforms.iter().map(bot).collect()
}
