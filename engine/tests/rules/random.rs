//! Small random organisations.

use chrono_tz::Tz;
use countersign_engine::{
    directory::Directory,
    id::{Level, PersonId, TeamId},
    person::{Account, Person, Platform},
    policy::{Policy, Settings},
    resource::{Kind, Resource},
    selector::{LevelScope, Selector},
    time::Length,
    workflow::{AutoApprove, Condition, Limits, Notify, OnTimeout, Priority, Step, Workflow},
};
use proptest::prelude::*;

/// Everybody, called `p0` and so on.
pub const PEOPLE: usize = 7;

pub fn name(index: usize) -> String {
    format!("p{index}")
}
pub fn account(index: usize) -> Account {
    Account { platform: Platform::Slack, tenant: "T1".into(), user: format!("U{index}") }
}

/// An organisation with one resource, `box`, and one or two workflows for it.
pub fn orgs() -> impl Strategy<Value = Policy> {
    (prop::collection::vec(people(), PEOPLE), prop::collection::vec(workflows(), 1..3)).prop_map(
        |(people, workflows)| {
            let people = people.into_iter().enumerate().map(|(i, p)| named(i, p)).collect();
            let workflows = workflows.into_iter().enumerate().map(|(i, w)| Workflow { id: name_of(i), ..w });
            Policy {
                directory: Directory::new(vec!["member".into(), "lead".into()], teams().into(), people, Tz::UTC),
                resources: [(boxed().id, boxed())].into(),
                workflows: workflows.map(|w| (w.id.clone(), w)).collect(),
                settings: Settings { administrators: vec![Selector::Team("t2".into())], ..Settings::default() },
                version: "random".into(),
            }
        },
    )
}

fn name_of(workflow: usize) -> countersign_engine::id::WorkflowId {
    countersign_engine::id::WorkflowId::new(format!("w{workflow}"))
}

fn teams() -> [TeamId; 3] {
    ["t0", "t1", "t2"].map(TeamId::from)
}

fn boxed() -> Resource {
    Resource {
        id: "box".into(),
        description: String::new(),
        kind: Kind::Database,
        tags: Default::default(),
        owners: [PersonId::from("p1"), PersonId::from("p2")].into(),
        access: vec!["peek".into(), "use".into()],
        default_access: "use".into(),
        max_duration: Length::hours(8),
        connector: "approval-only".into(),
    }
}

fn people() -> impl Strategy<Value = Person> {
    let teams = prop::sample::subsequence(teams().to_vec(), 0..=3);
    (teams, any::<bool>(), 0..PEOPLE, prop::bool::weighted(0.9)).prop_map(|(teams, lead, manager, active)| Person {
        id: "p".into(),
        name: String::new(),
        email: String::new(),
        level: Level::from(if lead { "lead" } else { "member" }),
        teams: teams.into_iter().collect(),
        manager: Some(PersonId::new(name(manager))),
        accounts: Default::default(),
        timezone: None,
        active,
    })
}

/// Each has one account to begin with.
fn named(index: usize, person: Person) -> Person {
    Person { id: PersonId::new(name(index)), accounts: [account(index)].into(), ..person }
}

fn selectors() -> impl Strategy<Value = Selector> {
    let level = |scope| Selector::Level { min: "lead".into(), scope };
    prop_oneof![
        3 => prop::sample::select(teams().to_vec()).prop_map(Selector::Team),
        2 => (0..PEOPLE).prop_map(|i| Selector::Person(PersonId::new(name(i)))),
        1 => Just(level(LevelScope::Anywhere)),
        1 => Just(level(LevelScope::RequesterTeams)),
        1 => Just(Selector::Manager),
        1 => Just(Selector::Owners),
    ]
}

fn steps() -> impl Strategy<Value = Step> {
    let some = || prop::collection::vec(selectors(), 1..3);
    let on_timeout = prop_oneof![2 => Just(OnTimeout::Deny), 1 => some().prop_map(OnTimeout::Escalate)];
    let remind = prop::option::of(Just(Length::minutes(10)));
    (some(), 1..3u32, 1..3u32, on_timeout, remind, prop::bool::weighted(0.75)).prop_map(
        |(approvers, required, deny_required, on_timeout, remind_every, distinct)| Step {
            name: "step".into(),
            approvers,
            required,
            deny_required,
            deny_note: false,
            timeout: Length::minutes(30),
            on_timeout,
            remind_every,
            distinct,
        },
    )
}

fn workflows() -> impl Strategy<Value = Workflow> {
    let chain = prop::collection::vec(steps(), 1..4);
    let rule = prop::option::weighted(0.1, prop::option::of(0..3usize));
    let window = prop::option::weighted(0.3, Just(Length::minutes(20)));
    (chain, rule, window, any::<bool>(), 0..2).prop_map(|(mut steps, at, activate_within, revalidate, priority)| {
        steps.iter_mut().enumerate().for_each(|(i, step)| step.name = format!("step {i}"));
        let rule = |at: Option<usize>| AutoApprove {
            name: "automatic".into(),
            when: Condition { requesters: vec![Selector::Team("t1".into())], ..Condition::default() },
            steps: at.map(|at| vec![format!("step {at}")]),
        };
        Workflow {
            id: "w".into(),
            priority: Priority(priority),
            when: Condition::default(),
            steps,
            limits: Limits { activate_within, request_ttl: Length::minutes(100), ..Limits::default() },
            auto_approve: at.map(rule).into_iter().collect(),
            auto_deny: Vec::new(),
            notify: Notify::default(),
            revalidate,
            telegram_may_decide: false,
        }
    })
}
