//! Rows to types and back. A row that makes no sense is an error, never a default.

use super::{
    AuditHead, AuditRow, Binding, Checkpoint, Credential, CredentialKind, Job, KeyRow, Lane, Result, StoreError,
};
use chrono::{DateTime, TimeDelta};
use countersign_engine::{
    id::{PersonId, RequestId},
    person::{Account, Platform},
    request::Request,
    time::Timestamp,
};
use serde::{Serialize, de::DeserializeOwned};
use std::borrow::Cow;

pub(super) type CredentialTuple = (String, String, String, i64, i64, Option<i64>);
pub(super) type BindingTuple = (String, String, String, String, i64);
pub(super) type AuditTuple = (i64, i64, String, String, String, String, String);
pub(super) type KeyTuple = (String, String, String, String, i64);
pub(super) type JobTuple = (i64, i64, String, String, i64, i64, i64);

/// A moment as databases keep it.
pub(super) fn micros(at: Timestamp) -> i64 {
    at.timestamp_micros()
}

/// The end of a lease.
pub(super) fn micros_after(now: Timestamp, lease: TimeDelta) -> i64 {
    micros(now).saturating_add(lease.num_microseconds().unwrap_or(i64::MAX))
}

pub(super) fn moment(micros: i64) -> Result<Timestamp> {
    DateTime::from_timestamp_micros(micros).ok_or_else(|| StoreError::Corrupt(format!("{micros} is not a moment")))
}

/// PostgreSQL keeps no U+0000 in texts, and people can send one. Reversible, so keys stay distinct.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    match text.contains(['\0', '\u{1}']) {
        true => Cow::Owned(text.replace('\u{1}', "\u{1}1").replace('\0', "\u{1}0")),
        false => Cow::Borrowed(text),
    }
}

pub(super) fn restore(text: String) -> String {
    match text.contains('\u{1}') {
        true => text.replace("\u{1}0", "\0").replace("\u{1}1", "\u{1}"),
        false => text,
    }
}

pub(super) fn to_json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|e| StoreError::Corrupt(format!("cannot be written as JSON: {e}")))
}

pub(super) fn from_json<T: DeserializeOwned>(what: &str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|e| StoreError::Corrupt(format!("{what}: {e}")))
}

pub(super) fn request((id, body): (String, String)) -> Result<Request> {
    let request: Request = from_json(&format!("request {id}"), &body)?;
    match request.id.as_str() == id {
        true => Ok(request),
        false => Err(StoreError::Corrupt(format!("request {id} says that it is {}", request.id))),
    }
}

pub(super) fn lane(key: &str) -> Result<Lane> {
    Lane::ALL
        .into_iter()
        .find(|lane| lane.key() == key)
        .ok_or_else(|| StoreError::Corrupt(format!("\"{key}\" is not a lane")))
}

/// A job's row that makes no sense: enough of it to put it aside.
pub(super) struct BadJob {
    pub id: i64,
    pub generation: i64,
    pub attempts: i64,
    pub error: StoreError,
}

/// In the order in which they became due; `RETURNING` keeps none. A row that makes no sense must not take the others of
/// its claim with it.
pub(super) fn jobs(mut rows: Vec<JobTuple>) -> (Vec<Job>, Vec<BadJob>) {
    rows.sort_by_key(|row| (row.6, row.0));
    let (mut good, mut bad) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in rows {
        let (id, generation, attempts) = (row.0, row.1, row.4);
        match job(row) {
            Ok(job) => good.push(job),
            Err(error) => bad.push(BadJob { id, generation, attempts, error }),
        }
    }
    (good, bad)
}

fn job((id, generation, request, effect, attempts, first_due, _): JobTuple) -> Result<Job> {
    Ok(Job {
        id,
        generation,
        effect: from_json(&format!("job {id} of request {request}"), &effect)?,
        request: RequestId::new(request),
        attempts,
        due_at: moment(first_due)?,
    })
}

pub(super) fn alarms(mut rows: Vec<(String, i64)>) -> Vec<RequestId> {
    rows.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
    rows.into_iter().map(|(request, _)| RequestId::new(request)).collect()
}

pub(super) fn credential(kind: CredentialKind, row: CredentialTuple) -> Result<Credential> {
    let (hash, subject, label, created_at, expires_at, used_at) = row;
    Ok(Credential {
        kind,
        hash,
        subject: restore(subject),
        label: restore(label),
        created_at: moment(created_at)?,
        expires_at: moment(expires_at)?,
        used_at: used_at.map(moment).transpose()?,
    })
}

pub(super) fn binding((platform, tenant, user, person, at): BindingTuple) -> Result<Binding> {
    let platform = Platform::from_key(&platform)
        .ok_or_else(|| StoreError::Corrupt(format!("binding of {person}: platform {platform}")))?;
    Ok(Binding {
        account: Account { platform, tenant: restore(tenant), user: restore(user) },
        person: PersonId::new(person),
        at: moment(at)?,
    })
}

pub(super) fn audit((seq, at, request, person, resource, body, leaf): AuditTuple) -> Result<AuditRow> {
    Ok(AuditRow { seq, at: moment(at)?, request: RequestId::new(request), person, resource, body, leaf })
}

pub(super) fn head((size, frontier): (i64, String)) -> Result<AuditHead> {
    Ok(AuditHead { size, frontier: from_json("the audit trail's head", &frontier)? })
}

pub(super) fn checkpoint((size, note, at): (i64, String, i64)) -> Result<Checkpoint> {
    Ok(Checkpoint { size, note, at: moment(at)? })
}

pub(super) fn key((caller, key, fingerprint, request, at): KeyTuple) -> Result<KeyRow> {
    Ok(KeyRow {
        caller: restore(caller),
        key: restore(key),
        fingerprint,
        request: RequestId::new(request),
        at: moment(at)?,
    })
}
