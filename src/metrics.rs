//! What Prometheus reads.

use crate::store::Lane;
use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use countersign_engine::{grant::GrantState, person::Platform, request::State, time::Timestamp};
use prometheus_client::{
    encoding::text::encode,
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::{Registry, Unit},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// One label: its name is fixed, its value one of a few.
type Label = [(&'static str, String); 1];

/// Time to decision, by workflow and step.
type Decisions = Family<[(&'static str, String); 2], Histogram, fn() -> Histogram>;

/// The server's metrics. Clones share them; recording never waits.
#[derive(Clone, Default)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    requests: Family<Label, Gauge>,
    grants: Family<Label, Gauge>,
    overdue: Gauge,
    waiting: Family<Label, Gauge>,
    buried: Family<Label, Gauge>,
    lag: Family<Label, Gauge>,
    database: Gauge,
    trail_ok: Gauge,
    checkpoint_age: Gauge,
    quarantined: Gauge,
    bots: Family<Label, Gauge>,
    decisions: Decisions,
    batches: Histogram,
    failures: Family<Label, Counter>,
    deliveries: Family<Label, Counter>,
    passed_on: Family<Label, Counter>,
    unsettled: Family<Label, Gauge>,
    answers: Family<[(&'static str, String); 3], Counter>,
    /// When the gauges were last read from the database.
    counted_at: Mutex<Option<Timestamp>>,
}

/// 1 s to 12 days.
fn decision_buckets() -> Histogram {
    Histogram::new(exponential_buckets(1.0, 4.0, 11))
}

impl Default for Inner {
    fn default() -> Self {
        // 1 to 4,096 intents.
        let batches = Histogram::new(exponential_buckets(1.0, 2.0, 13));
        let mut new = Self {
            registry: Registry::with_prefix("countersign"),
            requests: Family::default(),
            grants: Family::default(),
            overdue: Gauge::default(),
            waiting: Family::default(),
            buried: Family::default(),
            lag: Family::default(),
            database: Gauge::default(),
            trail_ok: Gauge::default(),
            checkpoint_age: Gauge::default(),
            quarantined: Gauge::default(),
            bots: Family::default(),
            decisions: Family::new_with_constructor(decision_buckets),
            batches,
            failures: Family::default(),
            deliveries: Family::default(),
            passed_on: Family::default(),
            unsettled: Family::default(),
            answers: Family::default(),
            counted_at: Mutex::new(None),
        };
        new.register();
        new
    }
}

impl Inner {
    fn register(&mut self) {
        let r = &mut self.registry;
        r.register("requests", "Requests by state", self.requests.clone());
        r.register("grants", "Grants by state", self.grants.clone());
        r.register("grants_overdue", "Grants whose revocation missed its bound", self.overdue.clone());
        r.register("outbox_backlog", "Effects waiting or in work, by lane", self.waiting.clone());
        r.register("outbox_buried", "Effects given up on, by lane", self.buried.clone());
        let lag = "How long the oldest effect has been due, by lane";
        r.register_with_unit("outbox_lag", lag, Unit::Seconds, self.lag.clone());
        r.register("database_up", "1 while the database answers", self.database.clone());
        r.register("trail_ok", "1 while the audit trail can be vouched for", self.trail_ok.clone());
        let quarantined = "1 while an operator has to confirm a restored or replaced database";
        r.register("quarantined", quarantined, self.quarantined.clone());
        let age = "Since the audit trail was last seen whole and signed";
        r.register_with_unit("checkpoint_age", age, Unit::Seconds, self.checkpoint_age.clone());
        r.register("bot_up", "1 while the bot runs, by platform", self.bots.clone());
        let decided = "Time from a step's opening to its decision";
        r.register_with_unit("step_decision", decided, Unit::Seconds, self.decisions.clone());
        r.register("commit_batch_size", "Intents committed together", self.batches.clone());
        r.register("delivery_failures", "Deliveries that failed, by platform", self.failures.clone());
        r.register(
            "deliveries",
            "Messages that arrived or were brought up to date, by platform",
            self.deliveries.clone(),
        );
        let passed_on = "Messages that went another way, by the platform that failed";
        r.register("deliveries_passed_on", passed_on, self.passed_on.clone());
        r.register("messages_waiting", "Messages with something to do about them, by platform", self.unsettled.clone());
        r.register("http_requests", "HTTP requests by route and status", self.answers.clone());
    }
}

impl Metrics {
    /// Messages go by these platforms: what is counted for each stands at 0 from the start, so that no alert waits for the
    /// first event to know of it.
    pub(crate) fn expect(&self, platforms: impl Iterator<Item = Platform>) {
        for platform in platforms {
            for family in [&self.0.failures, &self.0.deliveries, &self.0.passed_on] {
                drop(family.get_or_create(&[("platform", platform.key().to_owned())]));
            }
        }
    }
    /// A batch of this many intents was committed.
    pub fn batch(&self, intents: usize) {
        self.0.batches.observe(intents as f64);
    }
    /// A step passed, or the request ended there, this long after the step opened.
    pub fn step_decided(&self, workflow: &str, step: &str, after: TimeDelta) {
        let labels = [("workflow", workflow.to_owned()), ("step", step.to_owned())];
        self.0.decisions.get_or_create(&labels).observe(after.num_milliseconds().max(0) as f64 / 1_000.0);
    }
    /// A message could not be delivered this time.
    pub fn delivery_failed(&self, platform: Platform) {
        self.0.failures.get_or_create(&[("platform", platform.key().to_owned())]).inc();
    }
    /// A message arrived, or was brought up to date.
    pub fn delivered(&self, platform: Platform) {
        self.0.deliveries.get_or_create(&[("platform", platform.key().to_owned())]).inc();
    }
    /// A message goes another way, because this platform failed.
    pub fn passed_on(&self, platform: Platform) {
        self.0.passed_on.get_or_create(&[("platform", platform.key().to_owned())]).inc();
    }
    /// An HTTP request was answered. `route` is the pattern, never the path.
    pub fn answered(&self, method: &Method, route: &str, status: StatusCode) {
        let method = match *method {
            Method::GET | Method::HEAD | Method::POST | Method::PUT | Method::PATCH | Method::DELETE => method.as_str(),
            _ => "other",
        };
        let status = status.as_u16().to_string();
        let labels = [("method", method.to_owned()), ("route", route.to_owned()), ("status", status)];
        self.0.answers.get_or_create(&labels).inc();
    }

    /// Were the gauges last counted a second ago or more? Marks them as counted now if so.
    pub(crate) fn is_stale(&self, now: Timestamp) -> bool {
        let mut counted_at = self.0.counted_at.lock().unwrap_or_else(PoisonError::into_inner);
        let stale = counted_at.is_none_or(|at| now - at >= TimeDelta::seconds(1) || now < at);
        if stale {
            *counted_at = Some(now);
        }
        stale
    }
    /// How many requests are in each (state, grant state, overdue).
    pub(crate) fn census(&self, rows: &[(String, Option<String>, bool, i64)]) {
        for state in State::KEYS {
            let sum = rows.iter().filter(|r| r.0 == state).map(|r| r.3).sum();
            self.0.requests.get_or_create(&[("state", state.to_owned())]).set(sum);
        }
        for state in GrantState::KEYS {
            let sum = rows.iter().filter(|r| r.1.as_deref() == Some(state)).map(|r| r.3).sum();
            self.0.grants.get_or_create(&[("state", state.to_owned())]).set(sum);
        }
        self.0.overdue.set(rows.iter().filter(|r| r.2).map(|r| r.3).sum());
    }
    /// Per lane: waiting, buried, and since when the oldest is due.
    pub(crate) fn backlog(&self, rows: &[(Lane, i64, i64, Option<Timestamp>)], now: Timestamp) {
        for lane in Lane::ALL {
            let label: Label = [("lane", lane.key().to_owned())];
            let row = rows.iter().find(|r| r.0 == lane);
            self.0.waiting.get_or_create(&label).set(row.map_or(0, |r| r.1));
            self.0.buried.get_or_create(&label).set(row.map_or(0, |r| r.2));
            let lag = row.and_then(|r| r.3).map_or(0, |due| (now - due).num_seconds().max(0));
            self.0.lag.get_or_create(&label).set(lag);
        }
    }
    /// Per platform: messages with something to do about them. Platforms that had some before have none now.
    pub(crate) fn unsettled(&self, rows: &[(Platform, i64)], platforms: impl Iterator<Item = Platform>) {
        for platform in platforms {
            self.0.unsettled.get_or_create(&[("platform", platform.key().to_owned())]).set(0);
        }
        for (platform, count) in rows {
            self.0.unsettled.get_or_create(&[("platform", platform.key().to_owned())]).set(*count);
        }
    }
    /// Does the database answer?
    pub(crate) fn database(&self, up: bool) {
        self.0.database.set(i64::from(up));
    }
    /// Can the audit trail be vouched for, and how many seconds ago was it last?
    pub(crate) fn trail(&self, ok: bool, age: i64) {
        self.0.trail_ok.set(i64::from(ok));
        self.0.checkpoint_age.set(age);
    }
    /// Does an operator have to confirm the database?
    pub(crate) fn quarantined(&self, quarantined: bool) {
        self.0.quarantined.set(i64::from(quarantined));
    }
    /// Which bots run?
    pub(crate) fn bots(&self, all: &BTreeMap<Platform, bool>) {
        for (platform, up) in all {
            self.0.bots.get_or_create(&[("platform", platform.key().to_owned())]).set(i64::from(*up));
        }
    }
    /// All of it, in OpenMetrics text.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        if let Err(error) = encode(&mut text, &self.0.registry) {
            tracing::error!(%error, "the metrics could not be written");
        }
        text
    }
}
