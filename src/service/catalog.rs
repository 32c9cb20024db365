//! What a person could ask for.

use countersign_engine::{
    ask,
    id::{AccessLevel, PersonId, ResourceId},
    policy::Policy,
    ports::Offer,
    refusal::Refusal,
    resource::Resource,
    time::{Length, Timestamp},
    workflow::{self, Asked},
};

/// All resources, each with whether any workflow would take a request for it.
pub fn offers(person: &PersonId, policy: &Policy, now: Timestamp) -> Vec<Offer> {
    let Some(requester) = policy.directory.active(person) else { return Vec::new() };
    let takes = |resource: &Resource, access: &AccessLevel| {
        let duration = Length::minutes(1);
        let asked = Asked { requester, resource, access, duration, directory: &policy.directory, now };
        workflow::choose(policy, &asked).is_ok()
    };
    let offer = |resource: &Resource| Offer {
        resource: resource.id.clone(),
        description: resource.description.clone(),
        kind: resource.kind,
        access: resource.access.clone(),
        default_access: resource.default_access.clone(),
        max_duration: resource.max_duration,
        requestable: resource.access.iter().any(|access| takes(resource, access)),
    };
    policy.resources.values().map(offer).collect()
}

/// A resource, or the refusal that names the nearest ones.
pub(super) fn resource<'a>(id: &ResourceId, policy: &'a Policy) -> Result<&'a Resource, Refusal> {
    policy.resources.get(id).ok_or_else(|| Refusal::UnknownResource {
        wanted: id.to_string(),
        nearest: ask::nearest(id.as_str(), policy.resources.keys().map(ResourceId::as_str)),
    })
}
