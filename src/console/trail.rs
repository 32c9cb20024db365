//! `GET /audit`: the trail, filtered, exported, verified.

use super::{
    error::Problem,
    form::filled,
    page::{Frame, html},
    session::Reader,
    show::{moment::Moment, text},
};
use crate::{
    audit::{entry::Entry, note::Verifier, reader::Reader as Trail, verify::verify},
    http::Web,
    store::{AuditQuery, AuditRow},
};
use askama::Template;
use axum::{
    Extension,
    extract::{Query, State},
    response::Response,
};
use countersign_engine::{event::Event, policy::Policy, request::Decision, transition::Actor, view::Label};
use serde::Deserialize;

/// The filter form.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct Search {
    person: String,
    resource: String,
    from_seq: String,
    verify: String,
}

/// The filter as part of an address.
#[derive(Template)]
#[template(source = "person={{ person|urlencode_strict }}&resource={{ resource|urlencode_strict }}", ext = "txt")]
struct Links<'a> {
    person: &'a str,
    resource: &'a str,
}

/// One entry.
pub struct Line {
    /// Its position in the trail.
    pub seq: i64,
    /// When.
    pub at: Moment,
    /// Who, in words.
    pub who: String,
    /// What happened, in short words.
    pub what: String,
    /// The request's short id.
    pub short: String,
    /// The resource.
    pub resource: String,
    /// What became of the request.
    pub state: String,
    /// The entry's hash, as the tree has it.
    pub leaf: String,
}

#[derive(Template)]
#[template(path = "audit.html")]
struct Page {
    frame: Frame,
    lines: Vec<Line>,
    search: Search,
    /// Entries in the whole trail.
    size: i64,
    /// The newest checkpoint: entries it covers, and when it was signed.
    checkpoint: Option<(i64, Moment)>,
    /// What a verification of the whole trail found.
    verdict: Verdict,
    /// The filter, for links.
    query: String,
    next: Option<i64>,
    /// May the reader see everything, and have it verified?
    auditor: bool,
}

/// What a verification found, in words.
struct Verdict {
    /// `good`, `bad` or `quiet`.
    tone: &'static str,
    words: String,
    /// It was not made: say how to have it made.
    unmade: bool,
}

const PAGE: i64 = 50;
/// For a person who sees few of the entries, so many are looked through at a time, ...
const WINDOW: i64 = 500;
/// ... and so many times, until one can be shown.
const WINDOWS: usize = 20;
/// Up to this many entries the whole trail is verified at each look; beyond, when somebody asks for it.
const QUICK: i64 = 2_000;

/// The page. Who is no auditor sees the entries of the requests they may see.
pub async fn page(
    State(web): State<Web>,
    reader: Reader,
    verifier: Option<Extension<Verifier>>,
    Query(mut search): Query<Search>,
) -> Result<Response, Problem> {
    search.person = text::short(&search.person, 200);
    search.resource = text::short(&search.resource, 200);
    let policy = web.service.policy.get();
    let auditor = policy.is_auditor(&reader.id);
    let store = &web.service.store;
    let frame = Frame::of(&web, &reader, "/audit", "Audit trail").await?;
    let head = store.audit_head().await.map_err(Problem::from_store)?;
    let checkpoint = store.checkpoint().await.map_err(Problem::from_store)?;
    let wanted = auditor && (head.size <= QUICK || !search.verify.is_empty());
    let verdict = verdict(&web, verifier.filter(|_| wanted).as_deref()).await?;
    let words = Links { person: &search.person, resource: &search.resource }.to_string();
    let (rows, next) = read(&web, &reader, &search, head.size).await?;
    Ok(html(&Page {
        frame,
        lines: rows.iter().map(|row| Line::of(row, &policy)).collect(),
        search,
        size: head.size,
        checkpoint: checkpoint.map(|c| (c.size, Moment(c.at))),
        verdict,
        query: words,
        next,
        auditor,
    }))
}

/// A page of what the reader may see and where the next one begins. Without a filter the newest come first; with one, the
/// first that match come first, because only forwards can they be found without reading everything.
async fn read(web: &Web, reader: &Reader, search: &Search, size: i64) -> Result<(Vec<AuditRow>, Option<i64>), Problem> {
    let person = filled(Some(search.person.clone()));
    let resource = filled(Some(search.resource.clone()));
    let at: Option<i64> = search.from_seq.parse().ok();
    let trail = |from_seq: i64| {
        let query = AuditQuery {
            person: person.clone(),
            resource: resource.clone(),
            from_seq: from_seq.max(0),
            ..AuditQuery::default()
        };
        Trail::new(web.service.clone(), reader.id.clone(), query)
    };
    if person.is_some() || resource.is_some() {
        let mut trail = trail(at.unwrap_or(0));
        let rows = trail.page(PAGE).await.map_err(Problem::from_store)?;
        return Ok((rows, trail.position()));
    }
    let step = if web.service.policy.get().is_auditor(&reader.id) { PAGE } else { WINDOW };
    let mut from = at.unwrap_or(size - step).max(0);
    for _ in 0..WINDOWS {
        let mut rows = trail(from).next(step).await.map_err(Problem::from_store)?;
        rows.retain(|row| row.seq < from + step);
        if !rows.is_empty() || from == 0 {
            rows.reverse();
            return Ok((rows, (from > 0).then_some((from - step).max(0))));
        }
        from = (from - step).max(0);
    }
    Ok((Vec::new(), Some(from)))
}

async fn verdict(web: &Web, verifier: Option<&Verifier>) -> Result<Verdict, Problem> {
    let Some(verifier) = verifier else {
        return Ok(Verdict { tone: "quiet", words: "not checked now".into(), unmade: true });
    };
    let found = verify(&*web.service.store, verifier, &[]).await.map_err(Problem::from_store)?;
    Ok(match found.problems.first() {
        None => {
            let words = format!("all {} entries, {} checkpoints fit", found.entries, found.checkpoints);
            Verdict { tone: "good", words, unmade: false }
        }
        Some(first) => Verdict { tone: "bad", words: text::clean(first), unmade: false },
    })
}

impl Line {
    /// A row in words. A row that cannot be read says so: never a default (taste 9).
    pub fn of(row: &AuditRow, policy: &Policy) -> Self {
        let (seq, at, leaf) = (row.seq, Moment(row.at), row.leaf.clone());
        let resource = text::clean(&row.resource);
        match serde_json::from_str::<Entry>(&row.body) {
            Ok(entry) => Self {
                who: text::clean(&who(&entry.actor, policy)),
                what: text::clean(&what(&entry)),
                short: text::clean(&entry.short_id),
                state: state(&entry),
                ..Self { seq, at, resource, leaf, ..Self::unread() }
            },
            Err(_) => Self { seq, at, resource, leaf, ..Self::unread() },
        }
    }
    fn unread() -> Self {
        Self {
            seq: 0,
            at: Moment(countersign_engine::time::Timestamp::UNIX_EPOCH),
            who: "?".into(),
            what: "this entry cannot be read".into(),
            short: String::new(),
            resource: String::new(),
            state: String::new(),
            leaf: String::new(),
        }
    }
}

fn who(actor: &Actor, policy: &Policy) -> String {
    match actor {
        Actor::Person { id, via } => format!("{} via {}", Label::of(id, policy).email, via.platform),
        Actor::Clock => "the clock".into(),
        Actor::Connector => "the connector".into(),
        Actor::Policy => "the policy".into(),
    }
}

fn what(entry: &Entry) -> String {
    let word = |event: &Event| match event {
        Event::Voted { vote } if vote.decision == Decision::Approve => "voted yes".to_owned(),
        Event::Voted { .. } => "voted no".to_owned(),
        event => event.key().replace('_', " "),
    };
    entry.events.iter().map(word).collect::<Vec<_>>().join(", ")
}

fn state(entry: &Entry) -> String {
    let grant = entry.after.grant.as_deref().map(|g| format!(", grant {g}")).unwrap_or_default();
    format!("{}{grant}", entry.after.state.replace('_', " "))
}
