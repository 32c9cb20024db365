//! When a workflow or an automatic rule applies.

use super::{Window, matching::Asked};
use crate::{
    id::AccessLevel,
    resource::{Kind, Resource},
    selector::Selector,
    time::Length,
};
use serde::{Deserialize, Serialize};

/// All that is set must hold; an empty list means "any".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// Any of these resources.
    pub resources: Vec<ResourceMatch>,
    /// Any of these access levels.
    pub access: Vec<AccessLevel>,
    /// Requesters named by any of these.
    pub requesters: Vec<Selector>,
    /// Requests up to this length.
    pub max_duration: Option<Length>,
    /// Asked within any of these weekly windows.
    pub windows: Vec<Window>,
}

/// One way of naming resources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceMatch {
    /// Exactly this id.
    Id(String),
    /// A glob over ids: `prod-*`.
    Glob(String),
    /// A tag.
    Tag(String),
    /// A kind.
    Kind(Kind),
}

impl ResourceMatch {
    /// Does it name the resource? A glob that does not parse names nothing.
    pub fn names(&self, resource: &Resource) -> bool {
        match self {
            Self::Id(id) => resource.id.as_str() == id,
            Self::Glob(glob) => glob::Pattern::new(glob).is_ok_and(|p| p.matches(resource.id.as_str())),
            Self::Tag(tag) => resource.tags.contains(tag),
            Self::Kind(kind) => resource.kind == *kind,
        }
    }
}

impl std::fmt::Display for ResourceMatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Id(id) | Self::Glob(id) => f.write_str(id),
            Self::Tag(tag) => write!(f, "tag {tag}"),
            Self::Kind(kind) => write!(f, "kind {kind}"),
        }
    }
}

impl Condition {
    /// Why it does not hold, in words; `None` when it holds.
    pub fn misses(&self, asked: &Asked<'_>) -> Option<String> {
        let none_of = |what: &str, list: Vec<String>| Some(format!("{what} is not {}", list.join(" or ")));
        if !self.resources.is_empty() && !self.resources.iter().any(|m| m.names(asked.resource)) {
            return none_of("the resource", self.resources.iter().map(ToString::to_string).collect());
        }
        if !self.access.is_empty() && !self.access.contains(asked.access) {
            return none_of("the access level", self.access.iter().map(ToString::to_string).collect());
        }
        let by = |s: &Selector| s.names(asked.requester, asked.requester, Some(asked.resource), asked.directory);
        if !self.requesters.is_empty() && !self.requesters.iter().any(by) {
            return none_of("the requester", self.requesters.iter().map(ToString::to_string).collect());
        }
        if let Some(max) = self.max_duration.filter(|max| asked.duration > *max) {
            return Some(format!("{} is longer than {max}", asked.duration));
        }
        if !self.windows.is_empty() && !self.windows.iter().any(|w| w.contains(asked.now)) {
            return none_of("the moment", self.windows.iter().map(ToString::to_string).collect());
        }
        None
    }
}
