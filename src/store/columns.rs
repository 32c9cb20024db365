//! What a batch writes, as columns.

use super::{
    Lane, Result, StoreError, WriteSet,
    codec::{clean, micros, to_json},
};
use countersign_engine::request::Request;
use std::borrow::Cow;

/// A request beside its body.
pub(super) struct RequestColumns<'a> {
    pub(super) id: &'a str,
    pub(super) short_id: &'a str,
    pub(super) requester: &'a str,
    pub(super) holder: &'a str,
    pub(super) resource: &'a str,
    /// What it stands for: what was asked, and once there is a grant, what was granted.
    pub(super) access: &'a str,
    pub(super) workflow: &'a str,
    pub(super) state: &'static str,
    pub(super) grant_state: Option<&'static str>,
    pub(super) overdue: bool,
    /// Pending, or with a grant that is not over.
    pub(super) live: bool,
    pub(super) opened_at: i64,
    pub(super) decided_at: Option<i64>,
    pub(super) version: i64,
    /// What searches look through, lower-cased here because SQLite's `lower` knows ASCII only.
    pub(super) search: String,
    pub(super) body: String,
}

impl<'a> RequestColumns<'a> {
    pub(super) fn of(request: &'a Request) -> Result<Self> {
        let grant = request.grant.as_ref();
        let reason = request.asked.reason.as_deref().unwrap_or_default();
        let search = [request.short_id.as_str(), request.requester.as_str(), request.asked.resource.as_str(), reason];
        Ok(Self {
            id: request.id.as_str(),
            short_id: request.short_id.as_str(),
            requester: request.requester.as_str(),
            holder: request.holder.as_str(),
            resource: request.asked.resource.as_str(),
            access: grant.map_or(&request.asked.access, |grant| &grant.terms.access).as_str(),
            workflow: request.chain.workflow.as_str(),
            state: request.state.key(),
            grant_state: grant.map(|grant| grant.state.key()),
            overdue: grant.is_some_and(|grant| grant.state.is_overdue()),
            live: request.is_live(),
            opened_at: micros(request.opened_at),
            decided_at: request.state.decided_at().map(micros),
            version: signed(request.version)?,
            search: needle(&search.join("\n")),
            body: to_json(request)?,
        })
    }
}

/// A text as searches see it.
pub(super) fn needle(text: &str) -> String {
    clean(&text.to_lowercase()).into_owned()
}

/// A version as databases keep it.
pub(super) fn signed(version: u64) -> Result<i64> {
    i64::try_from(version).map_err(|_| StoreError::Corrupt(format!("version {version}")))
}

pub(super) type VoteColumns<'a> = (&'a str, Cow<'a, str>, i64, &'a str, &'static str, i64);
pub(super) type EffectColumns<'a> = (&'a str, String, &'static str, i64);
pub(super) type AuditColumns<'a> = (i64, i64, &'a str, &'a str, &'a str, &'a str, &'a str);
pub(super) type KeyColumns<'a> = (Cow<'a, str>, Cow<'a, str>, &'a str, &'a str, i64);

pub(super) fn votes(set: &WriteSet) -> Vec<VoteColumns<'_>> {
    set.votes
        .iter()
        .map(|v| (v.request.as_str(), clean(&v.slot), v.step, v.person.as_str(), v.decision, micros(v.at)))
        .collect()
}

/// Alarms to set, and those to stop. The last word on a request counts: one statement sets a row once.
pub(super) fn alarms(set: &WriteSet) -> (Vec<(&str, i64)>, Vec<&str>) {
    let mut last = std::collections::BTreeMap::new();
    for (request, at) in &set.alarms {
        last.insert(request.as_str(), at.map(micros));
    }
    let stopped = last.iter().filter(|(_, at)| at.is_none()).map(|(request, _)| *request).collect();
    (last.iter().filter_map(|(request, at)| at.map(|at| (*request, at))).collect(), stopped)
}

/// Effects in order, each once.
pub(super) fn effects(set: &WriteSet) -> Result<Vec<EffectColumns<'_>>> {
    let mut seen = std::collections::HashSet::new();
    let mut rows = Vec::new();
    for (request, effect, due) in &set.effects {
        let Some(lane) = Lane::of(effect) else {
            return Err(StoreError::Database(format!("{effect:?} of request {request} is an alarm, not a job")));
        };
        let text = to_json(effect)?;
        if seen.insert((request, effect)) {
            rows.push((request.as_str(), text, lane.key(), micros(*due)));
        }
    }
    Ok(rows)
}

pub(super) fn audit(set: &WriteSet) -> Vec<AuditColumns<'_>> {
    let mut rows = Vec::with_capacity(set.audit.len());
    for super::AuditRow { seq, at, request, person, resource, body, leaf } in &set.audit {
        rows.push((
            *seq,
            micros(*at),
            request.as_str(),
            person.as_str(),
            resource.as_str(),
            body.as_str(),
            leaf.as_str(),
        ));
    }
    rows
}

pub(super) fn keys(set: &WriteSet) -> Vec<KeyColumns<'_>> {
    set.keys
        .iter()
        .map(|k| (clean(&k.caller), clean(&k.key), k.fingerprint.as_str(), k.request.as_str(), micros(k.at)))
        .collect()
}

/// The head after the batch and the size it must have had before.
pub(super) fn head(set: &WriteSet) -> Result<Option<(i64, String, i64)>> {
    let Some(head) = &set.head else { return Ok(None) };
    let entries = i64::try_from(set.audit.len()).unwrap_or(i64::MAX);
    Ok(Some((head.size, to_json(&head.frontier)?, head.size.saturating_sub(entries))))
}
