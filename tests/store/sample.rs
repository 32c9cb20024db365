//! Rows to keep.

use chrono::{DateTime, TimeDelta};
use countersign::store::{AuditRow, KeyRow, VoteRow, WriteSet};
use countersign_engine::{
    grant::{EndReason, Grant, GrantState, Overdue, Terms},
    id::{PersonId, RequestId, ShortId},
    person::{Account, Platform},
    request::{Asked, Chain, Decider, Pending, Request, Scope, State, Via},
    time::{Length, Timestamp},
    workflow::{Notify, OnTimeout, Priority, Step},
};

/// What people can send: quotes, markup, wildcards, NUL, direction marks, a lone combining mark, astral characters.
pub const HOSTILE: &str =
    "a'b\"c\\d\0e\u{1}f\u{1}0 $1 ?1 {} %_! <!everyone> '); DROP TABLE requests; -- \u{202e}\u{301}\r\n\t🦀ẞÀ";

/// The story's `minute`-th minute.
pub fn at(minute: i64) -> Timestamp {
    DateTime::from_timestamp(1_800_000_000, 123_456_000).unwrap() + TimeDelta::minutes(minute)
}

pub fn id(n: u32) -> RequestId {
    RequestId::new(format!("01J{n:023}"))
}

/// A pending request of dev's for prod-db, opened at minute 0.
pub fn request(n: u32) -> Request {
    let scope = Scope { access: "read-write".into(), duration: Length::hours(4) };
    Request {
        id: id(n),
        short_id: ShortId::new(format!("req-{n:04x}")),
        requester: "dev".into(),
        holder: "dev".into(),
        asked: Asked {
            resource: "prod-db".into(),
            access: scope.access.clone(),
            duration: scope.duration,
            reason: Some("fixing the billing migration".into()),
        },
        scope,
        chain: chain(),
        via: Via {
            platform: Platform::Slack,
            account: Some(Account { platform: Platform::Slack, tenant: "T1".into(), user: "U1".into() }),
        },
        opened_at: at(0),
        expires_at: at(7 * 24 * 60),
        state: State::Pending(Pending {
            step: 0,
            since: at(0),
            deadline: at(30),
            escalated: false,
            remind_at: Some(at(10)),
            blocked: None,
        }),
        widened: Default::default(),
        votes: Vec::new(),
        grant: None,
        version: 1,
    }
}

fn chain() -> Chain {
    let step = Step {
        name: "Team lead".into(),
        approvers: vec![],
        required: 1,
        deny_required: 1,
        deny_note: false,
        timeout: Length::minutes(30),
        on_timeout: OnTimeout::Deny,
        remind_every: None,
        distinct: true,
    };
    Chain {
        workflow: "sre-prod-db".into(),
        priority: Priority(30),
        steps: vec![step],
        max_duration: Length::hours(8),
        activate_within: None,
        revalidate: false,
        telegram_may_decide: false,
        notify: Notify::default(),
        access: vec!["read-only".into(), "read-write".into()],
        connector: "fake".into(),
        trace: vec!["sre-prod-db: the only one".into()],
    }
}

/// The next version of a request.
pub fn next(request: &Request, change: impl FnOnce(&mut Request)) -> Request {
    let mut next = request.clone();
    change(&mut next);
    next.version += 1;
    next
}

pub fn denied(request: &Request, by: &str) -> Request {
    let by = Decider::Person(PersonId::new(by));
    next(request, |r| r.state = State::Denied { at: at(5), by, step: Some(0) })
}

/// Approved, with a grant in this state.
pub fn granted(request: &Request, state: GrantState) -> Request {
    next(request, |r| {
        r.state = State::Approved { at: at(5) };
        r.grant = Some(Grant {
            terms: Terms {
                request: r.id.clone(),
                holder: r.holder.clone(),
                resource: r.asked.resource.clone(),
                access: r.scope.access.clone(),
                duration: r.scope.duration,
                connector: "fake".into(),
                target_name: "jit_1".into(),
            },
            state,
            trouble: None,
            delivery: Vec::new(),
        });
    })
}

pub fn active() -> GrantState {
    GrantState::Active { since: at(6), expires_at: at(246), warned: false }
}

pub fn overdue() -> GrantState {
    let overdue = Some(Overdue { since: at(248), alerts: 1, next_alert: at(260) });
    GrantState::Revoking { since: at(246), why: EndReason::Expired, overdue }
}

pub fn ended() -> GrantState {
    GrantState::Ended { at: at(247), why: EndReason::Expired }
}

/// A batch that opens requests.
pub fn opened(requests: &[Request]) -> WriteSet {
    WriteSet { requests: requests.iter().map(|r| (r.clone(), None)).collect(), ..WriteSet::default() }
}

/// A batch that moves one request on.
pub fn moved(request: &Request, before: u64) -> WriteSet {
    WriteSet { requests: vec![(request.clone(), Some(before))], ..WriteSet::default() }
}

pub fn vote(request: &Request, person: &str) -> VoteRow {
    let (request, slot) = (request.id.clone(), person.to_owned());
    VoteRow { request, slot, step: 0, person: person.into(), decision: "approve", at: at(1) }
}

pub fn entry(seq: i64, request: &Request, person: &str) -> AuditRow {
    AuditRow {
        seq,
        at: at(seq),
        request: request.id.clone(),
        person: person.into(),
        resource: request.asked.resource.to_string(),
        body: serde_json::json!({ "seq": seq, "said": HOSTILE }).to_string(),
        leaf: format!("{seq:064x}"),
    }
}

pub fn key(caller: &str, key: &str) -> KeyRow {
    KeyRow { caller: caller.into(), key: key.into(), fingerprint: "f".repeat(64), request: id(1), at: at(2) }
}
