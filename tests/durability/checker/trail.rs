//! What the trail tells of each request, from the raw entries.

use super::{database::Database, merkle, moment};
use crate::organisation;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Events that a request may tell once.
const ONCE: [&str; 8] =
    ["opened", "approved", "timed_out", "denied", "grant_activated", "revocation_began", "grant_ended", "grant_failed"];

/// One request, as its entries tell it.
#[derive(Debug, Default)]
pub struct Told {
    pub version: u64,
    pub requester: String,
    pub workflow: String,
    /// Step and person of each vote, in order.
    pub votes: Vec<(usize, String)>,
    /// Seconds that were approved.
    pub granted: Option<i64>,
    /// When access began and when it was to end, in microseconds.
    pub active: Option<(i64, i64)>,
    /// When taking it away began, and why.
    pub revoking: Option<(i64, String)>,
    pub over: bool,
    pub times: BTreeMap<String, usize>,
}

/// All requests by id, and the leaves of the tree.
pub struct Trail {
    pub told: HashMap<String, Told>,
    pub leaves: Vec<[u8; 32]>,
}

impl Trail {
    pub async fn read(database: &Database) -> Self {
        let mut trail = Self { told: HashMap::new(), leaves: Vec::new() };
        let page = |last: &str| {
            let after = if last.is_empty() { "-1" } else { last };
            format!("SELECT CAST(seq AS TEXT), body, leaf FROM audit WHERE seq > {after} ORDER BY audit.seq LIMIT 5000")
        };
        database.pages(page, |row| trail.entry(row)).await;
        let size = database.number("SELECT size FROM audit_head").await;
        assert_eq!(size as usize, trail.leaves.len(), "the head and the entries");
        trail
    }

    fn entry(&mut self, row: &[String]) {
        let (seq, body, hash) = (&row[0], &row[1], &row[2]);
        assert_eq!(*seq, self.leaves.len().to_string(), "the trail has a gap");
        let leaf = merkle::leaf(body);
        assert_eq!(*hash, hex::encode(leaf), "entry {seq} is not what was hashed");
        self.leaves.push(leaf);
        let entry: Value = serde_json::from_str(body).unwrap();
        let told = self.told.entry(text(&entry["request"])).or_default();
        assert_eq!(entry["version"].as_u64(), Some(told.version + 1), "an entry is missing or there twice: {body}");
        told.version += 1;
        told.requester = text(&entry["requester"]);
        told.workflow = text(&entry["workflow"]);
        entry["events"].as_array().unwrap().iter().for_each(|event| told.event(event));
    }

    /// How often something happened in all.
    pub fn count(&self, event: &str) -> usize {
        self.told.values().filter_map(|told| told.times.get(event)).sum()
    }
}

impl Told {
    fn event(&mut self, event: &Value) {
        let name = text(&event["event"]);
        match name.as_str() {
            "voted" => {
                let vote = &event["vote"];
                self.votes.push((vote["step"].as_u64().unwrap() as usize, text(&vote["voter"]["person"])));
            }
            "approved" => {
                self.chain_is_complete();
                let length = text(&event["grant"]["terms"]["duration"]);
                self.granted = Some(length.strip_suffix('s').unwrap().parse().unwrap());
            }
            "grant_activated" => {
                let (at, end) = (moment(&event["at"]), moment(&event["expires_at"]));
                assert!(self.revoking.is_none(), "access began after it was taken away: {self:?}");
                assert_eq!(Some(end - at), self.granted.map(|s| s * 1_000_000), "not the length that was approved");
                self.active = Some((at, end));
            }
            "revocation_began" => self.revoked(moment(&event["at"]), &event["why"]),
            "grant_ended" | "grant_failed" => self.over = true,
            _ => {}
        }
        let times = self.times.entry(name.clone()).or_default();
        *times += 1;
        assert!(*times == 1 || !ONCE.contains(&name.as_str()), "{name} is told twice: {self:?}");
    }

    /// All required votes of all steps, by distinct people who may, none of whom asked.
    fn chain_is_complete(&self) {
        let steps = organisation::required(&self.workflow);
        for (step, required) in steps.iter().enumerate() {
            let there = self.votes.iter().filter(|(at, _)| *at == step).count();
            assert_eq!(there, *required, "votes at step {step}: {self:?}");
        }
        let people: HashSet<&str> = self.votes.iter().map(|(_, person)| person.as_str()).collect();
        assert_eq!(people.len(), self.votes.len(), "somebody fills two slots: {self:?}");
        for (step, person) in &self.votes {
            assert!(organisation::may_vote(&self.workflow, *step, person), "{person} may not: {self:?}");
            assert_ne!(*person, self.requester);
        }
        assert!(!steps.is_empty(), "an unknown workflow: {self:?}");
    }

    fn revoked(&mut self, at: i64, why: &Value) {
        let why = why.as_str().map_or_else(|| why.as_object().unwrap().keys().next().unwrap().clone(), str::to_owned);
        match (why.as_str(), self.active) {
            ("expired", Some((_, end))) => assert!(at >= end, "ended before its time: {self:?} at {at}"),
            ("expired", None) => panic!("what never began expired: {self:?}"),
            ("ended_by" | "revoked_by" | "not_delivered", _) => {}
            (why, _) => panic!("nobody asked for this end: {why} {self:?}"),
        }
        self.revoking = Some((at, why));
    }

    /// Access is there, or may be.
    pub fn holds(&self) -> bool {
        self.active.is_some() && self.revoking.is_none()
    }
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}
