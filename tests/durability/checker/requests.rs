//! What the tables say of each request, held against the trail.

use super::{
    database::Database,
    trail::{Told, Trail, text},
};
use serde_json::Value;
use std::collections::HashMap;

/// One request, as its row shows it.
#[derive(Debug)]
pub struct Found {
    pub short_id: String,
    pub requester: String,
    pub resource: String,
    /// The grant's state and the name that it has at the target.
    pub grant: Option<(String, String)>,
    /// Microseconds since the epoch at which active access ends.
    pub expires_at: Option<i64>,
    /// Step and person.
    pub votes: Vec<(usize, String)>,
}

pub async fn read(database: &Database, trail: &Trail) -> HashMap<String, Found> {
    let slots = slots(database).await;
    let mut all = HashMap::new();
    let page = |last: &str| {
        format!(
            "SELECT id, state, coalesce(grant_state, ''), CAST(version AS TEXT), body FROM requests WHERE id > '{last}' \
             ORDER BY id LIMIT 2000"
        )
    };
    let each = |row: &[String]| {
        let told = trail.told.get(&row[0]).unwrap_or_else(|| panic!("request {} is in no entry", row[0]));
        let found = one(row, told);
        let empty = Vec::new();
        let mut votes = found.votes.clone();
        votes.sort();
        assert_eq!(*slots.get(&row[0]).unwrap_or(&empty), votes, "the slots of {}", found.short_id);
        all.insert(row[0].clone(), found);
    };
    database.pages(page, each).await;
    assert_eq!(all.len(), trail.told.len(), "requests, and those that the trail tells of");
    all
}

/// The votes table: request to (step, person), sorted.
async fn slots(database: &Database) -> HashMap<String, Vec<(usize, String)>> {
    let mut slots: HashMap<String, Vec<(usize, String)>> = HashMap::new();
    let page = |last: &str| {
        let (id, slot) = last.split_once(' ').unwrap_or(("", ""));
        format!(
            "SELECT request_id || ' ' || slot, request_id, CAST(step AS TEXT), person FROM votes \
             WHERE request_id > '{id}' OR (request_id = '{id}' AND slot > '{slot}') ORDER BY request_id, slot LIMIT 5000"
        )
    };
    let each = |row: &[String]| {
        slots.entry(row[1].clone()).or_default().push((row[2].parse().unwrap(), row[3].clone()));
    };
    database.pages(page, each).await;
    slots.values_mut().for_each(|votes| votes.sort());
    slots
}

fn one(row: &[String], told: &Told) -> Found {
    let (state, grant_state, body) = (&row[1], &row[2], &row[4]);
    let request: Value = serde_json::from_str(body).unwrap();
    assert_eq!(row[3], told.version.to_string(), "versions of {}", row[0]);
    let votes: Vec<(usize, String)> = request["votes"].as_array().unwrap().iter().map(vote).collect();
    assert_eq!(votes, told.votes, "votes of {}", row[0]);
    assert_eq!(state == "approved", told.granted.is_some(), "no grant without its chain, no chain without its grant");
    let grant = &request["grant"];
    assert_eq!(grant.is_null(), told.granted.is_none(), "{body}");
    let grant = (!grant.is_null()).then(|| {
        let (key, said) = grant["state"].as_object().unwrap().iter().next().unwrap();
        assert_eq!(key, grant_state);
        let over = matches!(key.as_str(), "ended" | "failed");
        assert_eq!(over, told.over, "{told:?} {body}");
        assert_eq!(key == "active", told.holds(), "{told:?} {body}");
        ((key.clone(), text(&grant["terms"]["target_name"])), said["expires_at"].clone())
    });
    let (grant, expires_at) = grant.unzip();
    Found {
        short_id: text(&request["short_id"]),
        requester: text(&request["requester"]),
        resource: text(&request["asked"]["resource"]),
        grant,
        expires_at: expires_at.filter(|at| !at.is_null()).map(|at| super::moment(&at)),
        votes,
    }
}

fn vote(vote: &Value) -> (usize, String) {
    assert_eq!(vote["decision"], "approve");
    (vote["step"].as_u64().unwrap() as usize, text(&vote["voter"]["person"]))
}
