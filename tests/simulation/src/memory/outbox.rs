//! Jobs: effects that wait, are leased, or were buried.

use chrono::TimeDelta;
use countersign::store::{Job, Lane};
use countersign_engine::{effect::Effect, id::RequestId, time::Timestamp};
use std::collections::BTreeMap;

#[derive(Default)]
pub(super) struct Jobs {
    rows: BTreeMap<i64, Row>,
    last: i64,
}

struct Row {
    request: RequestId,
    effect: Effect,
    lane: Lane,
    due_at: Timestamp,
    first_due: Timestamp,
    leased_until: Timestamp,
    attempts: i64,
    generation: i64,
    dead: bool,
}

impl Jobs {
    /// Raising a job that waits, or is being worked on, makes it due at once and its present work incomplete; one that was
    /// buried begins anew.
    pub fn raise(&mut self, request: &RequestId, effect: &Effect, due: Timestamp) {
        if let Some(row) = self.rows.values_mut().find(|row| row.request == *request && row.effect == *effect) {
            row.generation += 1;
            row.due_at = due;
            if row.dead {
                (row.first_due, row.attempts, row.dead) = (due, 0, false);
            }
            return;
        }
        let Some(lane) = Lane::of(effect) else { return };
        self.last += 1;
        let row = Row {
            request: request.clone(),
            effect: effect.clone(),
            lane,
            due_at: due,
            first_due: due,
            leased_until: Timestamp::UNIX_EPOCH,
            attempts: 0,
            generation: 1,
            dead: false,
        };
        self.rows.insert(self.last, row);
    }

    /// One connector job of a request at a time, whatever its lane.
    pub fn claim(&mut self, lane: Lane, now: Timestamp, lease: TimeDelta, limit: i64) -> Vec<Job> {
        let under_way = |id: i64, row: &Row| {
            self.rows.iter().any(|(other, o)| {
                *other != id && o.request == row.request && o.lane != Lane::Deliver && o.leased_until > now
            })
        };
        let is_due = |row: &Row| row.lane == lane && !row.dead && row.due_at <= now && row.leased_until <= now;
        let fits = |id: i64, row: &Row| is_due(row) && (lane == Lane::Deliver || !under_way(id, row));
        let mut picked: Vec<(Timestamp, i64)> =
            self.rows.iter().filter(|(id, row)| fits(**id, row)).map(|(id, row)| (row.due_at, *id)).collect();
        picked.sort_unstable();
        picked.truncate(usize::try_from(limit).unwrap_or(0));
        let mut jobs = Vec::with_capacity(picked.len());
        for (_, id) in picked {
            let Some(row) = self.rows.get_mut(&id) else { continue };
            row.leased_until = now + lease;
            row.attempts += 1;
            jobs.push(Job {
                id,
                generation: row.generation,
                request: row.request.clone(),
                effect: row.effect.clone(),
                attempts: row.attempts,
                due_at: row.first_due,
            });
        }
        jobs
    }

    /// The row that this claim is still the last one of.
    fn mine(&mut self, job: &Job) -> Option<&mut Row> {
        self.rows.get_mut(&job.id).filter(|row| row.attempts == job.attempts)
    }

    pub fn finish(&mut self, job: &Job) {
        let Some(row) = self.mine(job) else { return };
        if row.generation == job.generation {
            self.rows.remove(&job.id);
        } else {
            (row.leased_until, row.first_due) = (Timestamp::UNIX_EPOCH, row.due_at);
        }
    }

    pub fn retry(&mut self, job: &Job, due: Timestamp) {
        if let Some(row) = self.mine(job) {
            row.leased_until = Timestamp::UNIX_EPOCH;
            if row.generation == job.generation {
                row.due_at = due;
            }
        }
    }

    pub fn bury(&mut self, job: &Job) {
        if let Some(row) = self.mine(job) {
            row.leased_until = Timestamp::UNIX_EPOCH;
            row.dead = row.generation == job.generation;
        }
    }

    pub fn backlog(&self) -> Vec<(Lane, i64, i64, Option<Timestamp>)> {
        let of = |lane: Lane| self.rows.values().filter(move |row| row.lane == lane);
        let line = |lane: Lane| {
            let waiting = of(lane).filter(|row| !row.dead);
            let since = waiting.clone().map(|row| row.first_due).min();
            (lane, waiting.count() as i64, of(lane).filter(|row| row.dead).count() as i64, since)
        };
        Lane::ALL.into_iter().filter(|lane| of(*lane).next().is_some()).map(line).collect()
    }

    pub fn next_due(&self) -> Option<Timestamp> {
        // A connector job also waits for the end of the other one's lease.
        let others = |id: i64, row: &Row| {
            let same = |o: &&Row| o.request == row.request && o.lane != Lane::Deliver && row.lane != Lane::Deliver;
            let others = self.rows.iter().filter(|(other, _)| **other != id).map(|(_, o)| o);
            others.filter(same).map(|o| o.leased_until).max().unwrap_or_default()
        };
        let waiting = self.rows.iter().filter(|(_, row)| !row.dead);
        waiting.map(|(id, row)| row.due_at.max(row.leased_until).max(others(*id, row))).min()
    }
}
