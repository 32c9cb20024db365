//! The organisation that is modelled, and all that may be edited in it: four people, one resource, one chain.

use chrono::TimeDelta;
use chrono_tz::Tz;
use countersign_engine::{
    directory::Directory,
    id::{Level, PersonId, ResourceId, WorkflowId},
    person::Person,
    policy::{Policy, Settings},
    resource::{Kind, Resource},
    selector::{LevelScope, Selector},
    time::{Length, Timestamp},
    workflow::{Condition, Limits, Notify, OnTimeout, Priority, Step, Workflow},
};
use std::collections::HashMap;

/// `dev` asks. All four are named by both steps, or would be: that `dev` must not vote is for the engine to know.
pub const PEOPLE: [&str; 4] = ["dev", "ann", "ben", "cy"];
/// The resource.
pub const RESOURCE: &str = "box";
/// One tick of the model's clock. All lengths below are whole ticks.
pub const TICK: TimeDelta = TimeDelta::minutes(30);
/// Asked for, and cut down to by a trim or by a cap that is made smaller.
pub const LONG: Length = Length::hours(1);
/// See [`LONG`].
pub const SHORT: Length = Length::minutes(30);

/// Chains that are modelled. Each is an initial state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// One lead, then two of the team; votes stay.
    Plain,
    /// Only Ann at first, any lead after a timeout; every vote is judged again before the access is there.
    Revalidated,
    /// As plain, but started by hand, judged again, and who voted may vote at the second step too.
    Scheduled,
}

impl Shape {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Plain, Self::Revalidated, Self::Scheduled];
}

/// What has been edited since the request was opened: one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Edits(pub u16);

/// One thing that an administrator, or the directory, may change and change back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// A person is deactivated.
    Deactivate(u8),
    /// A person loses level and team.
    Demote(u8),
    /// The workflow's cap becomes [`SHORT`].
    Tighten,
    /// The resource leaves the policy.
    DropResource,
    /// The workflow leaves the policy.
    DropWorkflow,
}

impl Edit {
    /// All of them. Nothing depends on the requester's own level.
    pub const ALL: [Self; 10] = [
        Self::Deactivate(0),
        Self::Deactivate(1),
        Self::Deactivate(2),
        Self::Deactivate(3),
        Self::Demote(1),
        Self::Demote(2),
        Self::Demote(3),
        Self::Tighten,
        Self::DropResource,
        Self::DropWorkflow,
    ];

    fn bit(self) -> u16 {
        match self {
            Self::Deactivate(who) => 1 << who,
            Self::Demote(who) => 1 << (4 + who),
            Self::Tighten => 1 << 8,
            Self::DropResource => 1 << 9,
            Self::DropWorkflow => 1 << 10,
        }
    }
}

impl Edits {
    /// Is it so now?
    pub fn has(self, edit: Edit) -> bool {
        self.0 & edit.bit() != 0
    }
    /// Changes one thing, or changes it back.
    pub fn toggled(self, edit: Edit) -> Self {
        Self(self.0 ^ edit.bit())
    }
}

/// Every policy that can be in force.
pub struct Policies(HashMap<(Shape, Edits), Policy>);

impl Policies {
    /// Those that at most so many edits lead to.
    pub fn after(edits: u8) -> Self {
        let mut sets = vec![Edits::default()];
        for _ in 0..edits {
            let more: Vec<Edits> = sets.iter().flat_map(|set| Edit::ALL.map(|edit| set.toggled(edit))).collect();
            sets.extend(more);
            sets.sort_by_key(|set| set.0);
            sets.dedup();
        }
        let all = Shape::ALL.into_iter().flat_map(|shape| sets.iter().map(move |edits| (shape, *edits)));
        Self(all.map(|(shape, edits)| ((shape, edits), policy(shape, edits))).collect())
    }

    /// The one in force.
    pub fn get(&self, shape: Shape, edits: Edits) -> &Policy {
        &self.0[&(shape, edits)]
    }
}

/// When the request is opened.
pub fn noon() -> Timestamp {
    chrono::DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::hours(12)
}

/// A person by number.
pub fn person(who: u8) -> PersonId {
    PersonId::from(PEOPLE[who as usize])
}

fn policy(shape: Shape, edits: Edits) -> Policy {
    let (resource, workflow) = (resource(), workflow(shape, edits));
    let people = (0..PEOPLE.len() as u8).map(|who| somebody(who, edits)).collect();
    let resources = [(resource.id.clone(), resource)].into_iter().filter(|_| !edits.has(Edit::DropResource));
    let workflows = [(workflow.id.clone(), workflow)].into_iter().filter(|_| !edits.has(Edit::DropWorkflow));
    Policy {
        directory: Directory::new(vec!["member".into(), "lead".into()], ["team".into()].into(), people, Tz::UTC),
        resources: resources.collect(),
        workflows: workflows.collect(),
        settings: Settings { administrators: vec![Selector::Person(person(3))], ..Settings::default() },
        version: "model".into(),
    }
}

fn somebody(who: u8, edits: Edits) -> Person {
    let demoted = edits.has(Edit::Demote(who));
    Person {
        id: person(who),
        name: String::new(),
        email: String::new(),
        level: Level::from(if who < 3 && !demoted { "lead" } else { "member" }),
        teams: if demoted { Default::default() } else { ["team".into()].into() },
        manager: None,
        accounts: Default::default(),
        timezone: None,
        active: !edits.has(Edit::Deactivate(who)),
    }
}

fn resource() -> Resource {
    Resource {
        id: ResourceId::from(RESOURCE),
        description: String::new(),
        kind: Kind::Database,
        tags: Default::default(),
        owners: Default::default(),
        access: vec!["use".into()],
        default_access: "use".into(),
        max_duration: LONG,
        connector: "box".into(),
    }
}

fn workflow(shape: Shape, edits: Edits) -> Workflow {
    let leads = Selector::Level { min: "lead".into(), scope: LevelScope::Anywhere };
    let (first, on_timeout) = match shape {
        Shape::Revalidated => (Selector::Person(person(1)), OnTimeout::Escalate(vec![leads])),
        Shape::Plain | Shape::Scheduled => (leads, OnTimeout::Deny),
    };
    let cap = edits.has(Edit::Tighten).then_some(SHORT);
    let by_hand = (shape == Shape::Scheduled).then_some(LONG);
    let second =
        Step { distinct: shape != Shape::Scheduled, ..step(Selector::Team("team".into()), 2, OnTimeout::Deny) };
    Workflow {
        id: WorkflowId::from("w"),
        priority: Priority(20),
        when: Condition::default(),
        steps: vec![step(first, 1, on_timeout), second],
        limits: Limits {
            max_duration: cap,
            request_ttl: Length::minutes(90),
            activate_within: by_hand,
            reason_required: false,
        },
        auto_approve: Vec::new(),
        auto_deny: Vec::new(),
        notify: Notify::default(),
        revalidate: shape != Shape::Plain,
        telegram_may_decide: false,
    }
}

fn step(approvers: Selector, required: u32, on_timeout: OnTimeout) -> Step {
    Step {
        name: String::new(),
        approvers: vec![approvers],
        required,
        deny_required: 1,
        deny_note: false,
        timeout: LONG,
        on_timeout,
        remind_every: None,
        distinct: true,
    }
}
