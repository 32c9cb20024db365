//! Who is meant: the selectors of rule 9.

use crate::{
    directory::Directory,
    id::{Level, PersonId, TeamId},
    person::Person,
    resource::Resource,
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// One way of naming people. A list of selectors means "any of".
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selector {
    /// Exactly this person.
    Person(PersonId),
    /// Everyone in this team.
    Team(TeamId),
    /// Everyone at this level or above.
    Level {
        /// The lowest level that counts.
        min: Level,
        /// Where.
        scope: LevelScope,
    },
    /// The requester's manager.
    Manager,
    /// The resource's owners.
    Owners,
}

/// Where a level counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LevelScope {
    /// In the whole organisation.
    Anywhere,
    /// Among a team's members.
    Team(TeamId),
    /// Among those who share a team with the requester.
    RequesterTeams,
}

impl Selector {
    /// Does it name `person`, for a request by `requester` for `resource`? Nobody deactivated is ever named.
    pub fn names(
        &self,
        person: &Person,
        requester: &Person,
        resource: Option<&Resource>,
        directory: &Directory,
    ) -> bool {
        person.active
            && match self {
                Self::Person(id) => person.id == *id,
                Self::Team(team) => person.teams.contains(team),
                Self::Level { min, scope } => {
                    directory.at_least(&person.level, min)
                        && match scope {
                            LevelScope::Anywhere => true,
                            LevelScope::Team(team) => person.teams.contains(team),
                            LevelScope::RequesterTeams => !person.teams.is_disjoint(&requester.teams),
                        }
                }
                Self::Manager => requester.manager.as_ref() == Some(&person.id),
                Self::Owners => resource.is_some_and(|r| r.owners.contains(&person.id)),
            }
    }

    /// Adds to `found` whoever it could name for such a request: all whom [`Selector::names`] names, and perhaps others.
    pub(crate) fn candidates<'a>(
        &'a self,
        requester: &'a Person,
        resource: Option<&'a Resource>,
        directory: &'a Directory,
        found: &mut Vec<&'a PersonId>,
    ) {
        match self {
            Self::Person(id) => found.push(id),
            Self::Team(team) | Self::Level { scope: LevelScope::Team(team), .. } => {
                found.extend(directory.members(team));
            }
            Self::Level { min, scope: LevelScope::Anywhere } => found.extend(directory.at_or_above(min)),
            Self::Level { scope: LevelScope::RequesterTeams, .. } => {
                found.extend(requester.teams.iter().flat_map(|team| directory.members(team)));
            }
            Self::Manager => found.extend(&requester.manager),
            Self::Owners => found.extend(resource.into_iter().flat_map(|r| &r.owners)),
        }
    }
}

/// As in policy files and on cards: `level >= team-lead`.
impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(id) => write!(f, "person = {id}"),
            Self::Team(team) => write!(f, "team = {team}"),
            Self::Level { min, scope } => {
                write!(f, "level >= {min}")?;
                match scope {
                    LevelScope::Anywhere => Ok(()),
                    LevelScope::Team(team) => write!(f, " in team {team}"),
                    LevelScope::RequesterTeams => f.write_str(" in the requester's teams"),
                }
            }
            Self::Manager => f.write_str("the requester's manager"),
            Self::Owners => f.write_str("the resource's owners"),
        }
    }
}
