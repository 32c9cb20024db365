//! The demo organisation, built by hand: what `policy.example.toml` says, without the file.

use chrono_tz::Tz;
use countersign_engine::{
    directory::Directory,
    id::{AccessLevel, Level, PersonId, ResourceId, TeamId, WorkflowId},
    person::Person,
    policy::{Policy, Settings},
    resource::{Kind, Resource},
    selector::{LevelScope, Selector},
    time::{Length, Timestamp},
    workflow::{AutoApprove, Condition, Limits, Notify, OnTimeout, Priority, ResourceMatch, Step, Workflow},
};
use std::collections::BTreeSet;

/// The demo organisation: `dev`, `lisa`, `manager`, `deputy`, `sec1` to `sec4`; `sre-prod-db`, `web-apps`,
/// `read-only-trusted`. No accounts are bound and no places are notified.
pub fn acme() -> Policy {
    Policy {
        directory: directory(),
        resources: resources().into_iter().map(|r| (r.id.clone(), r)).collect(),
        workflows: [sre_prod_db(), web_apps(), read_only_trusted()].into_iter().map(|w| (w.id.clone(), w)).collect(),
        settings: Settings {
            administrators: vec![at_least("admin")],
            auditors: vec![at_least("manager")],
            ..Settings::default()
        },
        version: "acme000000000000".into(),
    }
}

/// A moment of the day on which everything in tests happens: Tuesday, 3 March 2026, UTC.
///
/// # Panics
/// When there is no such time of day.
pub fn moment(hour: u32, minute: u32) -> Timestamp {
    let day = chrono::NaiveDate::from_ymd_opt(2026, 3, 3);
    day.and_then(|d| d.and_hms_opt(hour, minute, 0)).expect("a time of day").and_utc()
}

fn directory() -> Directory {
    let levels = ["member", "team-lead", "manager", "admin"].map(Level::from).to_vec();
    let teams = ["sre", "security"].map(TeamId::from).into();
    let people = vec![
        person("dev", "Dev", "member", &["sre"]),
        person("lisa", "Lisa", "team-lead", &["sre"]),
        person("manager", "Manager", "manager", &[]),
        person("deputy", "Deputy", "manager", &[]),
        person("sec1", "Sec One", "member", &["security"]),
        person("sec2", "Sec Two", "member", &["security"]),
        person("sec3", "Sec Three", "member", &["security"]),
        person("sec4", "Sec Four", "member", &["security"]),
    ];
    Directory::new(levels, teams, people, Tz::UTC)
}

fn person(id: &str, name: &str, level: &str, teams: &[&str]) -> Person {
    Person {
        id: PersonId::from(id),
        name: name.into(),
        email: format!("{id}@acme.com"),
        level: Level::from(level),
        teams: teams.iter().map(|t| TeamId::from(*t)).collect(),
        manager: None,
        accounts: BTreeSet::new(),
        timezone: None,
        active: true,
    }
}

fn resources() -> Vec<Resource> {
    vec![
        resource("prod-db", Kind::Database, &["read-only", "read-write"], "approval-only"),
        resource("grafana", Kind::WebApp, &["access"], "forward-auth"),
        resource("vpn-office", Kind::Vpn, &["access"], "approval-only"),
        resource("k8s-prod", Kind::Kubernetes, &["access"], "approval-only"),
        resource("sre-group", Kind::Group, &["access"], "approval-only"),
    ]
}

fn resource(id: &str, kind: Kind, access: &[&str], connector: &str) -> Resource {
    let access: Vec<AccessLevel> = access.iter().map(|a| AccessLevel::from(*a)).collect();
    Resource {
        id: ResourceId::from(id),
        description: String::new(),
        kind,
        tags: BTreeSet::new(),
        owners: BTreeSet::new(),
        default_access: access.last().cloned().expect("a level"),
        access,
        max_duration: Length::hours(8),
        connector: connector.into(),
    }
}

fn sre_prod_db() -> Workflow {
    let half_hour = Length::minutes(30);
    Workflow {
        priority: Priority(30),
        when: on(ResourceMatch::Glob("prod-*".into()), Some("read-write")),
        steps: vec![
            step("Team lead", at_least("team-lead"), 1, half_hour),
            step("Manager", at_least("manager"), 1, half_hour),
            step("Security", Selector::Team("security".into()), 2, half_hour),
        ],
        ..workflow("sre-prod-db")
    }
}

fn web_apps() -> Workflow {
    Workflow {
        when: on(ResourceMatch::Kind(Kind::WebApp), None),
        steps: vec![step("Team lead", at_least("team-lead"), 1, Length::hours(1))],
        ..workflow("web-apps")
    }
}

fn read_only_trusted() -> Workflow {
    let when = on(ResourceMatch::Glob("prod-*".into()), Some("read-only"));
    Workflow {
        when: Condition { max_duration: Some(Length::hours(2)), ..when },
        steps: vec![step("Team lead", at_least("team-lead"), 1, Length::hours(1))],
        auto_approve: vec![AutoApprove {
            name: "trusted".into(),
            when: Condition { requesters: vec![at_least("team-lead")], ..Condition::default() },
            steps: None,
        }],
        ..workflow("read-only-trusted")
    }
}

fn workflow(id: &str) -> Workflow {
    Workflow {
        id: WorkflowId::from(id),
        priority: Priority(20),
        when: Condition::default(),
        steps: Vec::new(),
        limits: Limits::default(),
        auto_approve: Vec::new(),
        auto_deny: Vec::new(),
        notify: Notify::default(),
        revalidate: false,
        telegram_may_decide: false,
    }
}

fn on(resource: ResourceMatch, access: Option<&str>) -> Condition {
    Condition {
        resources: vec![resource],
        access: access.map(AccessLevel::from).into_iter().collect(),
        ..Condition::default()
    }
}

fn step(name: &str, approvers: Selector, required: u32, timeout: Length) -> Step {
    Step {
        name: name.into(),
        approvers: vec![approvers],
        required,
        deny_required: 1,
        deny_note: false,
        timeout,
        on_timeout: OnTimeout::Deny,
        remind_every: None,
        distinct: true,
    }
}

fn at_least(level: &str) -> Selector {
    Selector::Level { min: level.into(), scope: LevelScope::Anywhere }
}
