//! People: always our own name for them, never a platform's (THREATS A01).

use super::text;
use countersign_engine::{id::PersonId, policy::Policy, view::RequestView};

/// A person on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The directory's id.
    pub id: String,
    /// Our name for them.
    pub name: String,
    /// Their e-mail, or their id.
    pub email: String,
    /// What they are: `team-lead, sre`.
    pub role: String,
}

impl Shown {
    /// From the directory. Somebody who left keeps their id.
    pub fn of(id: &PersonId, policy: &Policy) -> Self {
        let role = policy.directory.person(id).map_or_else(String::new, |p| {
            let teams = p.teams.iter().map(ToString::to_string);
            std::iter::once(p.level.to_string()).chain(teams).collect::<Vec<_>>().join(", ")
        });
        let label = countersign_engine::view::Label::of(id, policy);
        Self { id: id.to_string(), name: text::clean(&label.name), email: text::clean(&label.email), role }
    }
    /// From a request's view.
    pub fn in_view(id: &PersonId, view: &RequestView) -> Self {
        let label = view.label(id);
        let (name, email) = (text::clean(&label.name), text::clean(&label.email));
        Self { id: id.to_string(), name, email, role: String::new() }
    }
    /// The first letter, for the round sign beside the name.
    pub fn initial(&self) -> String {
        self.name.chars().find(|c| c.is_alphanumeric()).map_or_else(String::new, |c| c.to_uppercase().collect())
    }
}
