//! The message about an audit entry. Made from the trail alone, so that it is the same at every attempt, whatever has
//! happened since: the request stands in it as it was after the transition.

use super::kinds;
use crate::{
    audit::entry::Entry,
    http::length,
    policy_file::webhooks::Format,
    store::{AuditQuery, AuditRow, Store, StoreError},
};
use chrono::SecondsFormat;
use countersign_engine::{
    decide,
    event::Event,
    grant::{EndReason, GrantState},
    request::{CancelReason, Decider, Decision, Request, Vote, Voter},
    time::Timestamp,
    transition::Actor,
};
use serde_json::{Value, json};

/// Entries of one request that are read at a time.
const PAGE: i64 = 500;

/// What is sent.
pub(super) struct Message {
    /// The same at every attempt and for every webhook: the request and its version.
    pub id: String,
    pub content_type: &'static str,
    pub body: Vec<u8>,
}

/// Reads an entry of the trail.
pub(super) fn entry(row: &AuditRow) -> Result<Entry, StoreError> {
    serde_json::from_str(&row.body).map_err(|e| StoreError::Corrupt(format!("audit entry {}: {e}", row.seq)))
}

/// The message about the entry at `seq`.
pub(super) async fn message(
    store: &dyn Store,
    seq: i64,
    format: Format,
    public_url: &str,
) -> Result<Message, StoreError> {
    let gone = || StoreError::Corrupt(format!("there is no audit entry {seq}"));
    let query = AuditQuery { from_seq: seq, limit: 1, ..AuditQuery::default() };
    let row = store.audit(&query).await?.into_iter().find(|row| row.seq == seq).ok_or_else(gone)?;
    let entry = entry(&row)?;
    let request = as_it_was(store, &row).await?;
    let data = data(seq, &entry, &request, public_url);
    let kind = kinds::headline(&entry.events);
    let id = format!("evt_{}_{}", entry.request, entry.version);
    let (content_type, body) = match format {
        Format::Standard => ("application/json", json!({"type": kind, "timestamp": moment(entry.at), "data": data})),
        Format::CloudEvents => (
            "application/cloudevents+json",
            json!({
                "specversion": "1.0",
                "id": id,
                "source": format!("{public_url}/audit"),
                "type": format!("countersign.{kind}"),
                "subject": entry.short_id,
                "time": moment(entry.at),
                "datacontenttype": "application/json",
                "data": data,
            }),
        ),
    };
    Ok(Message { id, content_type, body: body.to_string().into_bytes() })
}

/// The request after this entry: the fold of its events up to there.
async fn as_it_was(store: &dyn Store, row: &AuditRow) -> Result<Request, StoreError> {
    let mut entries: Vec<Vec<Event>> = Vec::new();
    let mut from_seq = 0;
    loop {
        let query = AuditQuery { request: Some(row.request.clone()), from_seq, limit: PAGE, ..AuditQuery::default() };
        let page = store.audit(&query).await?;
        let is_last = (page.len() as i64) < PAGE;
        for earlier in page.iter().filter(|earlier| earlier.seq <= row.seq) {
            entries.push(entry(earlier)?.events);
        }
        match page.last() {
            Some(last) if !is_last && last.seq < row.seq => from_seq = last.seq + 1,
            _ => break,
        }
    }
    let broken = || StoreError::Corrupt(format!("the entries of request {} do not rebuild it", row.request));
    decide::replay(entries.iter().map(Vec::as_slice)).ok_or_else(broken)
}

fn data(seq: i64, entry: &Entry, request: &Request, public_url: &str) -> Value {
    json!({
        "seq": seq,
        "actor": actor(&entry.actor),
        "before": entry.before,
        "after": entry.after,
        "events": entry.events.iter().map(event).collect::<Vec<_>>(),
        "request": public(request, public_url),
    })
}

/// Who did it, by our own id for them.
fn actor(actor: &Actor) -> Value {
    match actor {
        Actor::Person { id, via } => json!({"kind": "person", "id": id, "via": via.platform.key()}),
        Actor::Clock => json!({"kind": "clock"}),
        Actor::Connector => json!({"kind": "connector"}),
        Actor::Policy => json!({"kind": "policy"}),
    }
}

/// What receivers may know of a request. No secrets: there are none in it; no accounts, which are nobody else's business.
fn public(request: &Request, public_url: &str) -> Value {
    json!({
        "id": request.id,
        "short_id": request.short_id,
        "url": format!("{public_url}/requests/{}", request.short_id),
        "state": request.state.key(),
        "step": request.open_step().map(|(pending, _)| pending.step + 1),
        "steps": request.chain.steps.len(),
        "requester": request.requester,
        "holder": request.holder,
        "resource": request.asked.resource,
        "access": request.scope.access,
        "duration": length(request.scope.duration),
        "asked_access": request.asked.access,
        "asked_duration": length(request.asked.duration),
        "reason": request.asked.reason,
        "workflow": request.chain.workflow,
        "priority": request.chain.priority.to_string(),
        "opened_at": moment(request.opened_at),
        "decided_at": request.state.decided_at().map(moment),
        "grant": request.grant.as_ref().map(|grant| json!({
            "state": grant.state.key(),
            "overdue": grant.state.is_overdue(),
            "expires_at": grant.state.expires_at().map(moment),
            "end_reason": end_reason(&grant.state),
        })),
        "version": request.version,
    })
}

fn end_reason(state: &GrantState) -> Option<&'static str> {
    match state {
        GrantState::Revoking { why, .. } | GrantState::Ended { why, .. } => Some(reason(why)),
        GrantState::Failed { .. } => Some("failed"),
        GrantState::Scheduled { .. } | GrantState::Granting { .. } | GrantState::Active { .. } => None,
    }
}

/// One event with what belongs to it.
fn event(event: &Event) -> Value {
    let mut facts = match event {
        Event::Voted { vote } => self::vote(vote),
        Event::Trimmed { scope } => json!({"access": scope.access, "duration": length(scope.duration)}),
        Event::StepOpened { step, deadline, lapsed, .. } => {
            json!({"step": step + 1, "deadline": moment(*deadline), "lapsed": lapsed})
        }
        Event::Escalated { deadline, .. } => json!({"deadline": moment(*deadline)}),
        Event::Blocked { shortfall } => {
            json!({"step": shortfall.step + 1, "needed": shortfall.needed, "available": shortfall.available})
        }
        Event::Denied { by: Decider::Person(person), .. } => json!({"by": person}),
        Event::Denied { by: Decider::Rule { name, message }, .. } => json!({"rule": name, "message": message}),
        Event::TimedOut { whole, .. } => json!({"whole_request": whole}),
        Event::Cancelled { why, .. } => match why {
            CancelReason::Deactivated(person) => json!({"why": "deactivated", "person": person}),
            CancelReason::ResourceGone => json!({"why": "resource_gone"}),
            CancelReason::WorkflowGone => json!({"why": "workflow_gone"}),
        },
        Event::GrantActivated { expires_at, .. } => json!({"expires_at": moment(*expires_at)}),
        Event::GrantTroubled { error, .. } => json!({"error": error}),
        Event::GrantFailed { error, .. } => json!({"error": error}),
        Event::RevocationBegan { why, .. } | Event::GrantEnded { why, .. } => ended(why),
        Event::Opened { .. }
        | Event::Reminded { .. }
        | Event::Unblocked
        | Event::Approved { .. }
        | Event::Withdrawn { .. }
        | Event::GrantStarted { .. }
        | Event::GrantWarned { .. }
        | Event::RevocationOverdue { .. } => json!({}),
    };
    facts["type"] = kinds::kind(event).into();
    facts
}

fn vote(vote: &Vote) -> Value {
    let (by, rule) = match &vote.voter {
        Voter::Person(person) => (Some(person), None),
        Voter::Rule(rule) => (None, Some(rule)),
    };
    let decision = match vote.decision {
        Decision::Approve => "approve",
        Decision::Deny => "deny",
    };
    json!({
        "step": vote.step + 1,
        "by": by,
        "rule": rule,
        "decision": decision,
        "note": vote.note,
        "via": vote.via.as_ref().map(|via| via.platform.key()),
        "access": vote.scope.access,
        "duration": length(vote.scope.duration),
    })
}

fn ended(why: &EndReason) -> Value {
    let (person, note) = match why {
        EndReason::EndedBy(person) | EndReason::Deactivated(person) | EndReason::Restored(person) => {
            (Some(person), None)
        }
        EndReason::RevokedBy { person, note } => (Some(person), note.as_deref()),
        EndReason::Waived { person, note } => (Some(person), Some(note.as_str())),
        EndReason::Expired
        | EndReason::NeverStarted
        | EndReason::NotDelivered
        | EndReason::ResourceGone
        | EndReason::ApprovalLapsed { .. } => (None, None),
    };
    json!({"why": reason(why), "person": person, "note": note})
}

fn reason(why: &EndReason) -> &'static str {
    match why {
        EndReason::Expired => "expired",
        EndReason::EndedBy(_) => "ended_by_holder",
        EndReason::RevokedBy { .. } => "revoked",
        EndReason::NeverStarted => "never_started",
        EndReason::NotDelivered => "not_delivered",
        EndReason::Deactivated(_) => "deactivated",
        EndReason::ResourceGone => "resource_gone",
        EndReason::ApprovalLapsed { .. } => "approval_lapsed",
        EndReason::Waived { .. } => "waived",
        EndReason::Restored(_) => "restored",
    }
}

/// RFC 3339 in UTC.
fn moment(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
