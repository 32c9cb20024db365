//! Discord's rate limits, kept on our side from what its headers say. Pure: the moment is a parameter.

use crate::call::Call;
use countersign_engine::ports::{Hold, Turns, believed};
use std::{
    collections::{HashMap, VecDeque},
    time::{Duration, Instant},
};

/// A wait longer than this is handed back to the outbox instead of being slept through.
const PATIENCE: Duration = Duration::from_secs(3);
/// Requests in a second, over all routes (discord.com/developers, "Rate Limits", Global Rate Limit).
const GLOBAL: u32 = 50;
const SECOND: Duration = Duration::from_secs(1);
/// After 10,000 invalid requests (401, 403, 429) in ten minutes the address is banned ("Invalid Request Limit"). Ours keeps
/// a distance, since other programs may share the address.
const INVALID: u32 = 9_000;
const WINDOW: Duration = Duration::from_secs(600);
/// Turns of those who wait for one bucket are so far apart: channels allow about five messages in five seconds.
const TURN: Duration = SECOND;
const MINUTE: Duration = Duration::from_secs(60);
/// Buckets remembered before those at rest are forgotten.
const REMEMBERED: usize = 1_000;

/// May the call be made?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admit {
    /// Now; it has been counted.
    Go,
    /// Ask again after this short while.
    Wait(Duration),
    /// Not for so long that nobody should wait here.
    Later(Hold),
}

/// What an answer says about its bucket.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Limits {
    /// `X-RateLimit-Bucket`
    pub(crate) bucket: Option<String>,
    /// `X-RateLimit-Remaining`
    pub(crate) left: Option<u32>,
    /// `X-RateLimit-Reset-After`, in seconds with a fraction.
    pub(crate) resets_after: Option<Duration>,
}

/// Which calls may be made, and when.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    /// The bucket that Discord has named for a route and an id.
    names: HashMap<String, String>,
    /// What is left in a bucket, and until when that holds.
    buckets: HashMap<String, (u32, Instant)>,
    /// Until when a route is closed to us (`Retry-After`).
    closed: HashMap<String, Instant>,
    /// Until when everything is.
    all_closed: Option<Instant>,
    /// The second that is being counted, and how many calls it has had.
    second: Option<(Instant, u32)>,
    /// Invalid requests, by the minute.
    invalid: VecDeque<(Instant, u32)>,
    /// Who waits for which bucket.
    turns: Turns,
}

impl Pace {
    /// May this call be made?
    pub(crate) fn admit(&mut self, call: &Call, now: Instant) -> Admit {
        let key = call.key();
        let closed = self.closed_for(&key, call, now).max(self.banned_for(call, now));
        let mut turns = std::mem::take(&mut self.turns);
        let admitted = turns.admit(&key, TURN, now, || self.take(&key, call, closed, now));
        self.turns = turns;
        admitted.unwrap_or_else(Admit::Later)
    }

    fn take(&mut self, key: &str, call: &Call, closed: Duration, now: Instant) -> Result<Admit, Hold> {
        let drained = self.drained_for(key, now);
        match closed.max(drained) {
            Duration::ZERO => Ok(self.count(key, call, now)),
            rest if rest <= PATIENCE => Ok(Admit::Wait(rest)),
            rest if rest > drained => Err(Hold::Closed(rest)),
            rest => Err(Hold::Paced(rest)),
        }
    }

    /// Discord's own word on a bucket.
    pub(crate) fn learn(&mut self, call: &Call, said: &Limits, now: Instant) {
        let (Some(bucket), Some(left), Some(resets)) = (&said.bucket, said.left, said.resets_after) else { return };
        let name = format!("{bucket} {}", call.major);
        self.names.insert(call.key(), name.clone());
        self.buckets.insert(name, (left, now + resets));
        if self.buckets.len() > REMEMBERED {
            self.buckets.retain(|_, (_, until)| *until > now);
            let known = &self.buckets;
            self.names.retain(|_, name| known.contains_key(name));
            self.closed.retain(|_, until| *until > now);
        }
    }

    /// Discord said: not before `after` (THREATS E12); `everything` for the global limit.
    pub(crate) fn close(&mut self, call: &Call, after: Duration, everything: bool, now: Instant) {
        match everything {
            true => self.all_closed = Some(now + believed(after)),
            false => drop(self.closed.insert(call.key(), now + believed(after))),
        }
    }

    /// A request that counts towards a ban.
    pub(crate) fn invalid(&mut self, now: Instant) {
        match self.invalid.back_mut() {
            Some((minute, count)) if now.saturating_duration_since(*minute) < MINUTE => *count += 1,
            _ => self.invalid.push_back((now, 1)),
        }
    }

    fn closed_for(&self, key: &str, call: &Call, now: Instant) -> Duration {
        let all = self.all_closed.filter(|_| !call.answer);
        let until = self.closed.get(key).copied().into_iter().chain(all).max();
        until.map_or(Duration::ZERO, |until| until.saturating_duration_since(now))
    }

    fn drained_for(&self, key: &str, now: Instant) -> Duration {
        let bucket = self.names.get(key).and_then(|name| self.buckets.get(name));
        match bucket {
            Some((0, until)) => until.saturating_duration_since(now),
            _ => Duration::ZERO,
        }
    }

    fn banned_for(&mut self, call: &Call, now: Instant) -> Duration {
        let over = |minute: &Instant| now.saturating_duration_since(*minute) >= WINDOW + MINUTE;
        while self.invalid.front().is_some_and(|(minute, _)| over(minute)) {
            self.invalid.pop_front();
        }
        let count: u32 = self.invalid.iter().map(|(_, count)| count).sum();
        match self.invalid.front() {
            Some((minute, _)) if count >= INVALID && !call.answer => {
                (*minute + WINDOW + MINUTE).saturating_duration_since(now)
            }
            _ => Duration::ZERO,
        }
    }

    /// Counts it against the second and the bucket.
    fn count(&mut self, key: &str, call: &Call, now: Instant) -> Admit {
        if !call.answer {
            let (start, used) = self.second.filter(|(start, _)| now < *start + SECOND).unwrap_or((now, 0));
            if used >= GLOBAL {
                return Admit::Wait((start + SECOND).saturating_duration_since(now));
            }
            self.second = Some((start, used + 1));
        }
        if let Some((left, until)) = self.names.get(key).and_then(|name| self.buckets.get_mut(name))
            && *until > now
        {
            *left = left.saturating_sub(1);
        }
        Admit::Go
    }
}

#[cfg(test)]
mod tests;
