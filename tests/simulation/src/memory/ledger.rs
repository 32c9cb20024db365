//! The delivery ledger, preferences and leases.

use super::tables::{Lease, Memory};
use async_trait::async_trait;
use chrono::TimeDelta;
use countersign::store::{Ledger, LedgerQuery, Posting, Result};
use countersign_engine::{
    id::{PersonId, RequestId},
    person::Platform,
    preference::Preference,
    time::Timestamp,
};
use std::collections::{BTreeMap, BTreeSet};

/// Rows by id less one, each with the end of its lease.
#[derive(Default)]
pub(super) struct Postings {
    rows: Vec<(Posting, Timestamp)>,
    of: BTreeMap<RequestId, Vec<i64>>,
    /// Those with something to do about them.
    open: BTreeSet<i64>,
}

impl Postings {
    fn row(&mut self, id: i64) -> Option<&mut (Posting, Timestamp)> {
        self.rows.get_mut(usize::try_from(id - 1).ok()?)
    }

    fn index(&mut self, id: i64) {
        let is_open = self.row(id).is_some_and(|(posting, _)| posting.due_at.is_some());
        match is_open {
            true => self.open.insert(id),
            false => self.open.remove(&id),
        };
    }

    fn plan(&mut self, new: &Posting) {
        let there = self.of.entry(new.request.clone()).or_default();
        let rows = &self.rows;
        let same = |p: &Posting| p.purpose == new.purpose && p.address == new.address;
        if there.iter().any(|id| rows.get(*id as usize - 1).is_some_and(|(p, _)| same(p))) {
            return;
        }
        let id = rows.len() as i64 + 1;
        there.push(id);
        let fresh = Posting { id, failures: 0, failing_since: None, reposts: 0, ..new.clone() };
        self.rows.push((Posting { generation: 1, claims: 0, ..fresh }, Timestamp::UNIX_EPOCH));
        self.index(id);
    }

    fn due(&self, now: Timestamp) -> impl Iterator<Item = &Posting> {
        let rows = self.open.iter().filter_map(|id| self.rows.get(*id as usize - 1));
        rows.filter(move |(p, leased)| p.due_at.is_some_and(|due| due <= now) && *leased <= now).map(|(p, _)| p)
    }

    fn claim(&mut self, platform: Platform, now: Timestamp, lease: TimeDelta, limit: i64) -> Vec<Posting> {
        let of = self.due(now).filter(|p| p.address.platform() == platform);
        let mut picked: Vec<(Option<Timestamp>, i64)> = of.map(|p| (p.due_at, p.id)).collect();
        picked.sort_unstable();
        picked.truncate(usize::try_from(limit).unwrap_or(0));
        let mut claimed = Vec::with_capacity(picked.len());
        for (_, id) in picked {
            if let Some((posting, leased)) = self.row(id) {
                *leased = now + lease;
                posting.claims += 1;
                claimed.push(posting.clone());
            }
        }
        claimed.sort_by_key(|posting| posting.id);
        claimed
    }

    fn save(&mut self, p: &Posting) {
        let Some((row, leased)) = self.row(p.id).filter(|(row, _)| row.claims == p.claims) else { return };
        let due_at = if row.generation == p.generation { p.due_at } else { p.due_at.or(Some(p.at)) };
        let kept = Posting { generation: row.generation, made_at: row.made_at, due_at, ..p.clone() };
        *row = Posting { person: row.person.clone(), instead_of: row.instead_of, ..kept };
        *leased = Timestamp::UNIX_EPOCH;
        self.index(p.id);
    }

    fn mark_stale(&mut self, id: i64, now: Timestamp) {
        if let Some((posting, _)) = self.row(id) {
            posting.generation += 1;
            posting.due_at = posting.due_at.or(Some(now));
        }
        self.index(id);
    }

    pub fn next_due(&self) -> Option<Timestamp> {
        let rows = self.open.iter().filter_map(|id| self.rows.get(*id as usize - 1));
        rows.filter_map(|(p, leased)| p.due_at.map(|due| due.max(*leased))).min()
    }
}

#[async_trait]
impl Ledger for Memory {
    async fn plan(&self, postings: &[Posting]) -> Result<()> {
        let mut tables = self.tables();
        postings.iter().for_each(|posting| tables.postings.plan(posting));
        Ok(())
    }
    async fn mark_stale(&self, ids: &[i64], now: Timestamp) -> Result<()> {
        let mut tables = self.tables();
        ids.iter().for_each(|id| tables.postings.mark_stale(*id, now));
        Ok(())
    }
    async fn due_platforms(&self, now: Timestamp) -> Result<Vec<Platform>> {
        let keys: BTreeSet<&str> = self.tables().postings.due(now).map(|p| p.address.platform().key()).collect();
        Ok(keys.into_iter().filter_map(Platform::from_key).collect())
    }
    async fn claim_postings(
        &self,
        platform: Platform,
        now: Timestamp,
        lease: TimeDelta,
        limit: i64,
    ) -> Result<Vec<Posting>> {
        Ok(self.tables().postings.claim(platform, now, lease, limit))
    }
    async fn save_posting(&self, posting: &Posting) -> Result<()> {
        self.tables().postings.save(posting);
        Ok(())
    }
    async fn postings(&self, request: &RequestId) -> Result<Vec<Posting>> {
        let tables = self.tables();
        let ids = tables.postings.of.get(request).map(Vec::as_slice).unwrap_or_default();
        Ok(ids.iter().filter_map(|id| tables.postings.rows.get(*id as usize - 1)).map(|(p, _)| p.clone()).collect())
    }
    async fn ledger(&self, query: &LedgerQuery) -> Result<Vec<Posting>> {
        let tables = self.tables();
        let fits = |p: &&Posting| {
            query.state.is_none_or(|state| p.state == state)
                && query.platform.is_none_or(|platform| p.address.platform() == platform)
                && query.request.as_ref().is_none_or(|request| p.request == *request)
                && query.before.is_none_or(|before| p.id < before)
        };
        let rows = tables.postings.rows.iter().rev().map(|(p, _)| p).filter(fits);
        Ok(rows.take(usize::try_from(query.limit).unwrap_or(0)).cloned().collect())
    }
    async fn unsettled(&self) -> Result<Vec<(Platform, i64)>> {
        let tables = self.tables();
        let mut counts: BTreeMap<Platform, i64> = BTreeMap::new();
        for id in &tables.postings.open {
            if let Some((posting, _)) = tables.postings.rows.get(*id as usize - 1) {
                *counts.entry(posting.address.platform()).or_default() += 1;
            }
        }
        Ok(counts.into_iter().collect())
    }

    async fn preferences(&self) -> Result<Vec<(PersonId, Preference)>> {
        Ok(self.tables().preferences.iter().map(|(person, p)| (person.clone(), p.clone())).collect())
    }
    async fn set_preference(&self, person: &PersonId, preference: Option<&Preference>, _: Timestamp) -> Result<()> {
        let mut tables = self.tables();
        match preference {
            Some(preference) => drop(tables.preferences.insert(person.clone(), preference.clone())),
            None => drop(tables.preferences.remove(person)),
        }
        Ok(())
    }

    async fn take_lease(&self, name: &str, holder: &str, now: Timestamp, until: Timestamp) -> Result<Option<i64>> {
        let mut tables = self.tables();
        let fence = match tables.leases.get(name) {
            Some(lease) if lease.ends_at > now => return Ok(None),
            Some(lease) => lease.fence + 1,
            None => 1,
        };
        tables.leases.insert(name.to_owned(), Lease { holder: holder.to_owned(), fence, ends_at: until });
        Ok(Some(fence))
    }
    async fn renew_lease(&self, name: &str, holder: &str, fence: i64, until: Timestamp) -> Result<bool> {
        let mut tables = self.tables();
        let lease = tables.leases.get_mut(name).filter(|l| l.holder == holder && l.fence == fence);
        Ok(lease.map(|lease| lease.ends_at = until).is_some())
    }
    async fn release_lease(&self, name: &str, holder: &str, fence: i64) -> Result<()> {
        self.renew_lease(name, holder, fence, Timestamp::UNIX_EPOCH).await.map(drop)
    }
}
