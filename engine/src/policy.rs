//! All that an operator decides, in one immutable snapshot: organisation, resources, workflows, settings.

use crate::{
    directory::Directory,
    id::{PersonId, ResourceId, WorkflowId},
    person::Person,
    resource::Resource,
    selector::Selector,
    time::Length,
    workflow::Workflow,
};
use std::collections::BTreeMap;

/// A loaded policy. Whoever builds one has validated it (rule 6).
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// The organisation.
    pub directory: Directory,
    /// Resources by id.
    pub resources: BTreeMap<ResourceId, Resource>,
    /// Workflows by id.
    pub workflows: BTreeMap<WorkflowId, Workflow>,
    /// What holds everywhere.
    pub settings: Settings,
    /// The first 16 hexadecimal digits of the SHA-256 of the text it came from.
    pub version: String,
}

/// What holds for every request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Open requests that one person may have at a time (rule 31).
    pub open_per_person: u32,
    /// Who may revoke anything and waive an overdue revocation; nobody may vote because of it (rule 11).
    pub administrators: Vec<Selector>,
    /// Who may read every request and the whole audit trail.
    pub auditors: Vec<Selector>,
    /// The holder is warned this long before access ends, or a tenth of its length before if that is shorter.
    pub warn_before: Length,
}

impl Default for Settings {
    fn default() -> Self {
        Self { open_per_person: 5, administrators: Vec::new(), auditors: Vec::new(), warn_before: Length::minutes(15) }
    }
}

impl Policy {
    /// May this person administer?
    pub fn is_administrator(&self, person: &PersonId) -> bool {
        self.any_names(&self.settings.administrators, person)
    }
    /// May this person read everything? Administrators may.
    pub fn is_auditor(&self, person: &PersonId) -> bool {
        self.any_names(&self.settings.auditors, person) || self.is_administrator(person)
    }
    /// All administrators, in order of id.
    pub fn administrators(&self) -> impl Iterator<Item = &Person> {
        self.directory.everyone().filter(|p| self.is_administrator(&p.id))
    }

    fn any_names(&self, selectors: &[Selector], id: &PersonId) -> bool {
        let Some(person) = self.directory.active(id) else { return false };
        selectors.iter().any(|s| s.names(person, person, None, &self.directory))
    }
}
