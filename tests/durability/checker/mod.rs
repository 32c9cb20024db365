//! The independent checker: reads what clients saw acknowledged, the tables, the target systems and the trail, with SQL
//! and JSON of its own, and says whether they tell one story.

mod database;
mod merkle;
mod requests;
mod trail;

pub use database::Database;
pub use requests::Found;
pub use trail::Trail;

use crate::{
    load::Ledger,
    place::Place,
    server::{LOOK, PATIENCE, Server},
};
use reqwest::StatusCode;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    time::Instant,
};

/// How much later than our own end a target may end access by itself, in microseconds.
const BELT: i64 = 60_000_000;

/// Microseconds since the epoch.
pub fn moment(text: &Value) -> i64 {
    let text = text.as_str().unwrap_or_else(|| panic!("no moment: {text}"));
    text.parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp_micros()
}

/// What was looked at, and found to fit.
pub struct Story {
    pub trail: Trail,
    checkpoints: usize,
}

/// Everything, when nobody writes any more.
pub async fn whole(place: &Place, ledger: &Ledger) -> Story {
    let database = Database::open(&place.database).await;
    let trail = Trail::read(&database).await;
    let requests = requests::read(&database, &trail).await;
    database.close().await;
    acknowledged(&requests, &trail, ledger);
    place.verify();
    let tree = merkle::Tree::new(trail.leaves.clone());
    let checkpoints = tree.holds_against(&place.path("checkpoints"));
    Story { trail, checkpoints }
}

impl Story {
    /// One line for people.
    pub fn said(&self, test: &str, ledger: &Ledger) -> String {
        format!(
            "{test}: {} acknowledged ({} requests, {} votes, {} ends), lost 0; {} entries, {} checkpoints hold, audit \
             verify passes; {} granted, {} over",
            ledger.count(),
            ledger.opened.lock().unwrap().len(),
            ledger.votes.lock().unwrap().len(),
            ledger.ends.lock().unwrap().len(),
            self.trail.leaves.len(),
            self.checkpoints,
            self.trail.count("grant_activated"),
            self.trail.told.values().filter(|told| told.over).count(),
        )
    }
}

fn acknowledged(requests: &HashMap<String, Found>, trail: &Trail, ledger: &Ledger) {
    for id in ledger.opened.lock().unwrap().iter() {
        assert!(requests.contains_key(id), "request {id} was acknowledged and is gone");
    }
    for vote in ledger.votes.lock().unwrap().iter() {
        let cast = &requests[&vote.request].votes;
        let count = cast.iter().filter(|(step, person)| (*step, person) == (vote.step, &vote.person)).count();
        assert_eq!(count, 1, "{vote:?} was acknowledged and stands there {count} times");
    }
    for id in ledger.ends.lock().unwrap().iter() {
        assert!(trail.told[id].revoking.is_some(), "the end of {id} was acknowledged and is gone");
    }
}

/// Looks until nothing is left to do at this moment (microseconds): no alarm is due, no grant is half done, and the outbox
/// is empty.
pub async fn until_settled(place: &Place, now: i64) {
    let database = Database::open(&place.database).await;
    // A lease that a busy machine let run out has to pass once more.
    let until = Instant::now() + 4 * PATIENCE;
    loop {
        let alarms = database.number(&format!("SELECT count(*) FROM alarms WHERE due_at <= {now}")).await;
        let half = "SELECT count(*) FROM requests WHERE grant_state IN ('granting', 'revoking')";
        let half = database.number(half).await;
        let jobs = database.number("SELECT count(*) FROM outbox").await;
        if alarms + half + jobs == 0 {
            return database.close().await;
        }
        if Instant::now() > until {
            let jobs =
                "SELECT effect, lane, error, CAST(due_at AS TEXT), CAST(leased_until AS TEXT) FROM outbox LIMIT 9";
            let jobs = database.rows(jobs).await;
            panic!("work is left at {now}: {alarms} alarms, {half} half done, {jobs:?}");
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// At rest, at this moment (microseconds): access that stands in the tables is not past its time, and exactly that is at
/// the targets. How many grants stand.
pub async fn targets(place: &Place, server: &Server, now: i64) -> usize {
    let database = Database::open(&place.database).await;
    let trail = Trail::read(&database).await;
    let requests = requests::read(&database, &trail).await;
    database.close().await;
    let active = |found: &&Found| matches!(&found.grant, Some((state, _)) if state == "active");
    let live: Vec<&Found> = requests.values().filter(active).collect();
    for found in &live {
        assert!(found.expires_at > Some(now), "past its time at {now}: {found:?}");
    }
    roles(place, &live).await;
    pages(server, &requests, &live).await;
    live.len()
}

/// The roles of a real PostgreSQL: nothing without a grant, nothing for longer, nothing missing.
async fn roles(place: &Place, live: &[&Found]) {
    let Some(target) = &place.target else { return };
    let mine = live.iter().filter(|found| found.resource.starts_with("role-"));
    let wanted: BTreeMap<String, i64> =
        mine.map(|found| (found.grant.clone().unwrap().1, found.expires_at.unwrap())).collect();
    let there = target.roles().await;
    let names = |more: &BTreeSet<String>, less: &BTreeSet<String>| more.difference(less).cloned().collect::<Vec<_>>();
    let (has, should) = (there.keys().cloned().collect(), wanted.keys().cloned().collect());
    assert!(has == should, "without a grant: {:?}; missing: {:?}", names(&has, &should), names(&should, &has));
    for (name, role) in there {
        assert_eq!(role.groups, [target.group()], "{name}");
        assert!(role.valid_until <= wanted[&name] + BELT, "{name} outlives its grant");
    }
}

/// The pages behind a proxy: open to whom they should be, and closed to the others.
async fn pages(server: &Server, requests: &HashMap<String, Found>, live: &[&Found]) {
    let pair = |found: &&Found| (found.requester.clone(), found.resource.clone());
    let open: BTreeSet<_> = live.iter().copied().map(|found| pair(&found)).collect();
    let asked: BTreeSet<_> =
        requests.values().filter(|found| found.resource.starts_with("web-")).map(|f| pair(&f)).collect();
    for (person, app) in asked.into_iter().take(200) {
        let said = server.gate(&person, &app).await;
        let right = if open.contains(&(person.clone(), app.clone())) { StatusCode::OK } else { StatusCode::FORBIDDEN };
        assert_eq!(said, right, "{person} at {app}");
    }
}
