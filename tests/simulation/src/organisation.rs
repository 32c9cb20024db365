//! The organisation of a life, in words of our own: what the product is told of it, and what the checker judges by.

use crate::chance::Chance;
use countersign_engine::{
    address::Address,
    directory::Directory,
    person::{self, Account, Platform},
    policy::{Policy, Settings},
    ports::Caller,
    resource::{Kind, Resource},
    selector::{LevelScope, Selector},
    time::Length,
    workflow::{Condition, Limits, Notify, OnTimeout, Priority, Reach, ResourceMatch, Step, Workflow},
};
use std::collections::{BTreeMap, BTreeSet};

/// Levels, lowest first.
pub const LEVELS: [&str; 4] = ["member", "lead", "manager", "admin"];
/// Teams.
pub const TEAMS: [&str; 3] = ["red", "blue", "security"];
/// Resources; the last is one whose access people give by hand.
pub const RESOURCES: [&str; 3] = ["prod-db", "wiki", "paper"];
/// Access levels of each resource, least first.
pub const ACCESS: [&str; 2] = ["read", "write"];
/// People.
pub const PEOPLE: usize = 10;

/// The organisation.
#[derive(Clone, Debug)]
pub struct Organisation {
    /// People by number; `p3` is the fourth.
    pub people: Vec<Person>,
    /// One workflow for each resource.
    pub flows: Vec<Flow>,
    /// Resources that are in the policy.
    pub resources: Vec<bool>,
    /// Owners of each resource.
    pub owners: Vec<BTreeSet<usize>>,
    /// Accounts bound by link code.
    pub links: BTreeMap<Account, usize>,
}

/// A person.
#[derive(Clone, Debug)]
pub struct Person {
    /// Index into [`LEVELS`].
    pub level: usize,
    /// Indexes into [`TEAMS`].
    pub teams: BTreeSet<usize>,
    /// Whom they report to.
    pub manager: Option<usize>,
    /// May they do anything?
    pub active: bool,
}

/// A way of naming people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// This one.
    Person(usize),
    /// A team.
    Team(usize),
    /// A level, anywhere.
    Level(usize),
    /// A level, in a team.
    LevelIn(usize, usize),
    /// A level, among those who share a team with the requester.
    LevelNear(usize),
    /// The requester's manager.
    Manager,
    /// The resource's owners.
    Owners,
}

/// A workflow.
#[derive(Clone, Debug)]
pub struct Flow {
    /// Is it in the policy?
    pub there: bool,
    /// Its chain.
    pub steps: Vec<Rung>,
    /// Votes are judged again before the grant.
    pub revalidate: bool,
    /// The whole request's bound, in minutes.
    pub ttl: i64,
    /// The longest grant, in minutes.
    pub longest: i64,
    /// Start by hand within this many minutes.
    pub start_within: Option<i64>,
    /// Approvers are told directly, not only in the place.
    pub directly: bool,
}

/// A step of a chain.
#[derive(Clone, Debug)]
pub struct Rung {
    /// Who may vote.
    pub who: Vec<Who>,
    /// Who may vote besides, once nobody did in time.
    pub fallback: Vec<Who>,
    /// Distinct approvals needed.
    pub required: u32,
    /// Denials that end the request.
    pub denials: u32,
    /// In minutes.
    pub timeout: i64,
    /// In minutes.
    pub remind: Option<i64>,
    /// One person, one slot in the whole chain.
    pub distinct: bool,
}

/// A person's name in the directory.
pub fn name(person: usize) -> String {
    format!("p{person}")
}

/// The person with this name.
pub fn number(name: &str) -> Option<usize> {
    name.strip_prefix('p')?.parse().ok()
}

/// A person's `nth` account on a platform, as the directory binds it.
pub fn account(platform: Platform, user: &str) -> Account {
    Account { platform, tenant: "T1".into(), user: user.to_owned() }
}

impl Organisation {
    /// One of many.
    pub fn drawn(chance: &mut Chance) -> Self {
        let people = (0..PEOPLE).map(|n| person(chance, n)).collect();
        let flows = RESOURCES.iter().map(|_| flow(chance)).collect();
        let owners = RESOURCES.iter().map(|_| (0..PEOPLE).filter(|_| chance.one_in(4)).collect()).collect();
        Self { people, flows, resources: vec![true; RESOURCES.len()], owners, links: BTreeMap::new() }
    }

    /// Accounts that the directory binds: everybody's first, and a second one of some, on the other platform or the same.
    pub fn accounts(person: usize) -> Vec<Account> {
        let mut accounts = vec![account(Platform::Slack, &format!("U{person}"))];
        match person % 3 {
            0 => accounts.push(account(Platform::Discord, &format!("D{person}"))),
            1 => accounts.push(account(Platform::Slack, &format!("V{person}"))),
            _ => {}
        }
        accounts
    }

    /// Whose account it is, if they may do anything.
    pub fn owner(&self, account: &Account) -> Option<usize> {
        let in_directory = (0..PEOPLE).find(|p| Self::accounts(*p).contains(account));
        in_directory.or_else(|| self.links.get(account).copied()).filter(|p| self.people[*p].active)
    }

    /// Who is behind a caller, if they may do anything.
    pub fn person_of(&self, caller: &Caller) -> Option<usize> {
        match caller {
            Caller::Account(account) => self.owner(account),
            Caller::Person { id, .. } => number(id.as_str()).filter(|p| self.people[*p].active),
        }
    }

    /// May this person vote at a step of a request of `requester`'s for a resource? Not asked: whether it is their own, and
    /// whether their vote is used.
    pub fn is_named(&self, who: &[Who], person: usize, requester: usize, resource: usize) -> bool {
        let (them, asker) = (&self.people[person], &self.people[requester]);
        let near = !them.teams.is_disjoint(&asker.teams);
        let names = |who: &Who| match *who {
            Who::Person(id) => id == person,
            Who::Team(team) => them.teams.contains(&team),
            Who::Level(level) => them.level >= level,
            Who::LevelIn(level, team) => them.level >= level && them.teams.contains(&team),
            Who::LevelNear(level) => them.level >= level && near,
            Who::Manager => asker.manager == Some(person),
            Who::Owners => self.resources[resource] && self.owners[resource].contains(&person),
        };
        them.active && who.iter().any(names)
    }

    /// As the product is told it.
    pub fn policy(&self) -> Policy {
        let resources = RESOURCES.iter().enumerate().filter(|(n, _)| self.resources[*n]);
        let flows = self.flows.iter().enumerate().filter(|(_, flow)| flow.there);
        Policy {
            directory: self.directory(),
            resources: resources.map(|(n, _)| self.resource(n)).map(|r| (r.id.clone(), r)).collect(),
            workflows: flows.map(|(n, flow)| workflow(n, flow)).map(|w| (w.id.clone(), w)).collect(),
            settings: Settings {
                administrators: vec![Selector::Level { min: "admin".into(), scope: LevelScope::Anywhere }],
                ..Settings::default()
            },
            version: "0".repeat(16),
        }
    }

    fn directory(&self) -> Directory {
        let people = self.people.iter().enumerate().map(|(n, p)| person::Person {
            id: name(n).as_str().into(),
            name: format!("Person {n}"),
            email: format!("p{n}@example.com"),
            level: LEVELS[p.level].into(),
            teams: p.teams.iter().map(|t| TEAMS[*t].into()).collect(),
            manager: p.manager.map(|m| name(m).as_str().into()),
            accounts: Self::accounts(n).into_iter().collect(),
            timezone: None,
            active: p.active,
        });
        let levels = LEVELS.iter().map(|l| (*l).into()).collect();
        Directory::new(levels, TEAMS.iter().map(|t| (*t).into()).collect(), people.collect(), chrono_tz::Tz::UTC)
    }

    fn resource(&self, n: usize) -> Resource {
        let by_hand = n + 1 == RESOURCES.len();
        Resource {
            id: RESOURCES[n].into(),
            description: String::new(),
            kind: if by_hand { Kind::ApprovalOnly } else { Kind::Database },
            tags: BTreeSet::new(),
            owners: self.owners[n].iter().map(|p| name(*p).as_str().into()).collect(),
            access: ACCESS.iter().map(|a| (*a).into()).collect(),
            default_access: "write".into(),
            max_duration: Length::hours(4),
            connector: if by_hand { "approval-only".into() } else { connector(n).to_owned() },
        }
    }
}

/// Each resource's target is one of its own.
pub fn connector(resource: usize) -> &'static str {
    ["target-0", "target-1", "approval-only"][resource]
}

/// The place where a workflow's cards are posted.
pub fn place(flow: usize) -> Address {
    let platform = [Platform::Slack, Platform::Discord, Platform::Slack][flow];
    Address::Place { platform, tenant: "T1".into(), place: format!("C{flow}") }
}

fn person(chance: &mut Chance, number: usize) -> Person {
    let teams = (0..TEAMS.len()).filter(|_| chance.one_in(2)).collect();
    // There is always somebody at the top.
    let level = if number < 2 { 3 - number } else { chance.of([0, 0, 1, 1, 2, 3]) };
    Person { level, teams, manager: Some(chance.index(PEOPLE)).filter(|m| *m != number), active: true }
}

fn who(chance: &mut Chance) -> Who {
    match chance.below(9) {
        0 => Who::Person(chance.index(PEOPLE)),
        1 | 2 => Who::Team(chance.index(TEAMS.len())),
        3 | 4 => Who::Level(chance.of([1, 1, 2])),
        5 => Who::LevelIn(1, chance.index(TEAMS.len())),
        6 => Who::LevelNear(1),
        7 => Who::Manager,
        _ => Who::Owners,
    }
}

fn rung(chance: &mut Chance) -> Rung {
    let first = who(chance);
    // Without these most chains would have nobody to fill them.
    let who_else = [Some(Who::Level(1)), Some(Who::Level(1)), Some(who(chance)), None][chance.index(4)];
    let fallback = if chance.one_in(2) { vec![who(chance)] } else { Vec::new() };
    Rung {
        who: std::iter::once(first).chain(who_else).collect(),
        fallback,
        required: chance.of([1, 1, 2]),
        denials: chance.of([1, 1, 1, 2]),
        timeout: chance.of([10, 60, 360]),
        remind: chance.of([None, Some(7), Some(45)]),
        distinct: !chance.one_in(5),
    }
}

fn flow(chance: &mut Chance) -> Flow {
    Flow {
        there: true,
        steps: (0..chance.of([1, 1, 2, 2, 3])).map(|_| rung(chance)).collect(),
        revalidate: chance.one_in(3),
        ttl: chance.of([90, 720, 3_000]),
        longest: chance.of([30, 120, 240]),
        start_within: chance.of([None, None, Some(60)]),
        directly: chance.one_in(2),
    }
}

fn selectors(who: &[Who]) -> Vec<Selector> {
    let level = |n: usize, scope| Selector::Level { min: LEVELS[n].into(), scope };
    let selector = |who: &Who| match *who {
        Who::Person(id) => Selector::Person(name(id).as_str().into()),
        Who::Team(team) => Selector::Team(TEAMS[team].into()),
        Who::Level(n) => level(n, LevelScope::Anywhere),
        Who::LevelIn(n, team) => level(n, LevelScope::Team(TEAMS[team].into())),
        Who::LevelNear(n) => level(n, LevelScope::RequesterTeams),
        Who::Manager => Selector::Manager,
        Who::Owners => Selector::Owners,
    };
    who.iter().map(selector).collect()
}

fn workflow(number: usize, flow: &Flow) -> Workflow {
    let step = |(n, rung): (usize, &Rung)| Step {
        name: format!("Step {n}"),
        approvers: selectors(&rung.who),
        required: rung.required,
        deny_required: rung.denials,
        deny_note: false,
        timeout: Length::minutes(rung.timeout),
        on_timeout: match rung.fallback.is_empty() {
            true => OnTimeout::Deny,
            false => OnTimeout::Escalate(selectors(&rung.fallback)),
        },
        remind_every: rung.remind.map(Length::minutes),
        distinct: rung.distinct,
    };
    let direct = vec![Platform::Slack, Platform::Discord];
    Workflow {
        id: format!("flow-{number}").as_str().into(),
        priority: Priority(20),
        when: Condition { resources: vec![ResourceMatch::Id(RESOURCES[number].into())], ..Condition::default() },
        steps: flow.steps.iter().enumerate().map(step).collect(),
        limits: Limits {
            max_duration: Some(Length::minutes(flow.longest)),
            request_ttl: Length::minutes(flow.ttl),
            activate_within: flow.start_within.map(Length::minutes),
            reason_required: false,
        },
        auto_approve: Vec::new(),
        auto_deny: Vec::new(),
        notify: Notify {
            places: vec![place(number)],
            approvers: if flow.directly { direct } else { Vec::new() },
            approvers_on: Reach::First,
            requester: Vec::new(),
        },
        revalidate: flow.revalidate,
        telegram_may_decide: false,
    }
}
