//! The organisation as it is now: who exists, at which level, in which teams, with which accounts.

use crate::{
    id::{Level, PersonId, TeamId},
    person::{Account, Person, Platform},
    preference::Preference,
};
use chrono_tz::Tz;
use std::collections::{BTreeMap, BTreeSet};

/// A snapshot of the organisation. Eligibility is always judged on the newest one (rule 10).
#[derive(Clone, Debug, Default)]
pub struct Directory {
    levels: Vec<Level>,
    teams: BTreeSet<TeamId>,
    people: BTreeMap<PersonId, Person>,
    /// Who is in a team, and who is at a level, active or not: a vote must not look at everybody.
    by_team: BTreeMap<TeamId, BTreeSet<PersonId>>,
    by_level: BTreeMap<Level, BTreeSet<PersonId>>,
    bindings: BTreeMap<Account, PersonId>,
    preferences: BTreeMap<PersonId, Preference>,
    timezone: Tz,
}

impl Directory {
    /// Levels in ascending order, then people. An account named by two people belongs to neither.
    pub fn new(levels: Vec<Level>, teams: BTreeSet<TeamId>, people: Vec<Person>, timezone: Tz) -> Self {
        let mut bindings = BTreeMap::new();
        let mut contested = BTreeSet::new();
        for person in &people {
            for account in &person.accounts {
                if bindings.insert(account.clone(), person.id.clone()).is_some_and(|other| other != person.id) {
                    contested.insert(account.clone());
                }
            }
        }
        bindings.retain(|account, _| !contested.contains(account));
        let people: BTreeMap<PersonId, Person> = people.into_iter().map(|p| (p.id.clone(), p)).collect();
        let mut by_team: BTreeMap<TeamId, BTreeSet<PersonId>> = BTreeMap::new();
        let mut by_level: BTreeMap<Level, BTreeSet<PersonId>> = BTreeMap::new();
        for person in people.values() {
            by_level.entry(person.level.clone()).or_default().insert(person.id.clone());
            for team in &person.teams {
                by_team.entry(team.clone()).or_default().insert(person.id.clone());
            }
        }
        Self { levels, teams, people, by_team, by_level, bindings, preferences: BTreeMap::new(), timezone }
    }

    /// The same organisation with accounts bound by link code. The directory file's own bindings win.
    pub fn with_links(mut self, links: impl IntoIterator<Item = (Account, PersonId)>) -> Self {
        for (account, person) in links {
            if self.people.contains_key(&person) {
                self.bindings.entry(account).or_insert(person);
            }
        }
        self
    }

    /// The same organisation with these preferences; whom they name, they replace what was there.
    pub fn with_preferences(mut self, preferences: impl IntoIterator<Item = (PersonId, Preference)>) -> Self {
        self.preferences.extend(preferences);
        self
    }

    /// How a person wants to be told; the default where nothing is known.
    pub fn preference(&self, person: &PersonId) -> Preference {
        self.preferences.get(person).cloned().unwrap_or_default()
    }
    /// The person an account is bound to; a deactivated person has no accounts. E-mail addresses are for delivery only:
    /// whoever can send from one is nobody (THREATS A04).
    pub fn owner(&self, account: &Account) -> Option<&Person> {
        match account.platform {
            Platform::Email => None,
            _ => self.active(self.bindings.get(account)?),
        }
    }
    /// Who reads what is delivered to this account, by e-mail too. For what a message may show its reader; never to
    /// recognise a caller.
    pub fn reader(&self, account: &Account) -> Option<&Person> {
        match account.platform {
            Platform::Email => self.everyone().find(|p| p.email.eq_ignore_ascii_case(&account.user)),
            _ => self.owner(account),
        }
    }
    /// All accounts of a person, in order.
    pub fn accounts_of<'a>(&'a self, person: &'a PersonId) -> impl Iterator<Item = &'a Account> {
        self.bindings.iter().filter(move |(_, owner)| *owner == person).map(|(account, _)| account)
    }
    /// A person, active or not.
    pub fn person(&self, id: &PersonId) -> Option<&Person> {
        self.people.get(id)
    }
    /// A person who may act.
    pub fn active(&self, id: &PersonId) -> Option<&Person> {
        self.people.get(id).filter(|p| p.active)
    }
    /// Everyone who may act, in order of id.
    pub fn everyone(&self) -> impl Iterator<Item = &Person> {
        self.people.values().filter(|p| p.active)
    }
    /// Everyone, active or not, in order of id.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        self.people.values()
    }
    /// Finds a person by id or by exact e-mail, for operators at a terminal; never for authentication.
    pub fn look_up(&self, name: &str) -> Option<&Person> {
        self.people
            .get(&PersonId::new(name))
            .or_else(|| self.people.values().find(|p| p.email.eq_ignore_ascii_case(name)))
    }
    /// The members of a team, active or not.
    pub(crate) fn members(&self, team: &TeamId) -> impl Iterator<Item = &PersonId> {
        self.by_team.get(team).into_iter().flatten()
    }
    /// Everyone at a level or above, active or not; nobody when the level is unknown.
    pub(crate) fn at_or_above(&self, floor: &Level) -> impl Iterator<Item = &PersonId> {
        let floor = self.levels.iter().position(|level| level == floor).unwrap_or(self.levels.len());
        self.levels[floor..].iter().filter_map(|level| self.by_level.get(level)).flatten()
    }
    /// All levels, lowest first.
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }
    /// All teams.
    pub fn teams(&self) -> &BTreeSet<TeamId> {
        &self.teams
    }
    /// Is `level` at or above `floor`? Unknown levels are below everything: fail closed.
    pub fn at_least(&self, level: &Level, floor: &Level) -> bool {
        let rank = |l: &Level| self.levels.iter().position(|x| x == l);
        matches!((rank(level), rank(floor)), (Some(have), Some(need)) if have >= need)
    }
    /// The time zone in which a person's "until 18:00" is meant.
    pub fn timezone_of(&self, person: &Person) -> Tz {
        person.timezone.unwrap_or(self.timezone)
    }
}
