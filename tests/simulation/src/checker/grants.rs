//! Access: its terms, its beginning and its end, and what is really at the targets (S1, S4 to S8).

use super::{BOUND, CALM, Checked, Checker, broken, shadow::Shadow};
use crate::{
    organisation::{self, ACCESS, Organisation, connector},
    target::{Applied, Object, Target},
    world::World,
};
use chrono::TimeDelta;
use countersign::audit::entry::Entry;
use countersign_engine::{
    grant::{EndReason, GrantState, Terms},
    request::Decision,
    time::{Length, Timestamp},
};

/// The grant is in this state.
pub(super) fn is(shadow: &Shadow, state: &str, entry: &Entry) -> Checked {
    let key = shadow.request.grant.as_ref().map_or("none", |g| g.state.key());
    match key == state {
        true => Ok(()),
        false => broken("S14", format!("{}: {} after {key}", entry.short_id, entry.after.state)),
    }
}

fn rank(access: &str) -> usize {
    ACCESS.iter().position(|known| *known == access).unwrap_or(usize::MAX)
}

/// No more than was asked, than each approver allowed, than any cap of then or now (S7, rules 8 and 20).
pub(super) fn terms_are_allowed(shadow: &Shadow, terms: &Terms, organisation: &Organisation) -> Checked {
    let request = &shadow.request;
    let now = &organisation.flows[shadow.resource];
    let caps = [Some(shadow.flow.longest), now.there.then_some(now.longest)];
    let scopes = request.votes.iter().filter(|v| v.decision == Decision::Approve).map(|v| &v.scope);
    let lengths = scopes.clone().map(|s| s.duration).chain(caps.into_iter().flatten().map(Length::minutes));
    let longest = lengths.chain([request.asked.duration]).min();
    let levels = scopes.map(|s| rank(s.access.as_str())).chain([rank(request.asked.access.as_str())]);
    let fits = Some(terms.duration) <= longest
        && Some(rank(terms.access.as_str())) <= levels.min()
        && terms.request == request.id
        && terms.holder == request.holder
        && terms.resource == request.asked.resource
        && terms.connector == connector(shadow.resource)
        && terms.target_name == format!("cs_{}", request.id.as_str().to_ascii_lowercase());
    match fits {
        true => Ok(()),
        false => broken("S7", format!("{}: nobody allowed {terms:?}", request.short_id)),
    }
}

/// Access is there: wanted, in time, for exactly its length.
pub(super) fn may_begin(
    shadow: &Shadow,
    at: Timestamp,
    expires_at: Timestamp,
    entry: &Entry,
    organisation: &Organisation,
) -> Checked {
    let Some(grant) = &shadow.request.grant else { return broken("S1", format!("{}: no grant", entry.short_id)) };
    let fits = organisation.people[shadow.requester].active
        && organisation.resources[shadow.resource]
        && at == entry.at
        && expires_at == at + grant.terms.duration.delta()
        && shadow.ends_at().is_none_or(|give_up_at| at < give_up_at);
    match fits {
        true => Ok(()),
        false => broken("S1", format!("{}: access began that nobody wants any more", entry.short_id)),
    }
}

/// Access is to be taken away: by whoever may, or because it has to be.
pub(super) fn may_end(shadow: &Shadow, why: &EndReason, entry: &Entry, organisation: &Organisation) -> Checked {
    let Some(grant) = &shadow.request.grant else { return broken("S14", format!("{}: no grant", entry.short_id)) };
    let by = |id: &str| shadow.actor(entry) == organisation::number(id);
    let fits = matches!(grant.state, GrantState::Granting { .. } | GrantState::Active { .. })
        && match why {
            EndReason::Expired | EndReason::NotDelivered => shadow.ends_at().is_some_and(|end| entry.at >= end),
            EndReason::EndedBy(person) => by(person.as_str()) && shadow.actor(entry) == Some(shadow.requester),
            EndReason::RevokedBy { person, .. } => by(person.as_str()),
            EndReason::Deactivated(_) => !organisation.people[shadow.requester].active,
            EndReason::ResourceGone => !organisation.resources[shadow.resource],
            EndReason::NeverStarted | EndReason::Waived { .. } => false,
        };
    match fits {
        true => Ok(()),
        false => broken("S14", format!("{}: its access cannot end with {why:?}", entry.short_id)),
    }
}

/// Access is over: read back, waived by an administrator once it was overdue, or never begun.
pub(super) fn may_be_over(shadow: &Shadow, why: &EndReason, entry: &Entry, organisation: &Organisation) -> Checked {
    let Some(grant) = &shadow.request.grant else { return broken("S14", format!("{}: no grant", entry.short_id)) };
    let fits = match (&grant.state, why) {
        (GrantState::Scheduled { .. }, EndReason::Waived { .. }) => false,
        (GrantState::Scheduled { .. }, _) => true,
        (GrantState::Revoking { overdue: Some(_), .. }, EndReason::Waived { .. }) => {
            let waiver = shadow.actor(entry).filter(|p| *p != shadow.requester);
            waiver.is_some_and(|p| organisation.people[p].active && organisation.people[p].level == 3)
        }
        (GrantState::Revoking { why: began, .. }, why) => began == why,
        _ => false,
    };
    match fits {
        true => Ok(()),
        false => broken("S14", format!("{}: its access cannot be over with {why:?}", entry.short_id)),
    }
}

impl Checker {
    fn by_target_name(&self, name: &str) -> Option<&Shadow> {
        let id = name.strip_prefix("cs_")?.to_ascii_uppercase();
        self.shadows.get(&id.as_str().into())
    }

    /// Whatever is there is one grant's, and that grant is neither over nor unheard of.
    pub(super) fn judges_targets(&self, world: &World) -> Checked {
        for target in &world.targets {
            for Applied { terms, at } in target.applied() {
                let known = self.shadows.get(&terms.request).and_then(|s| s.request.grant.as_ref());
                if known.is_none_or(|grant| grant.terms != terms) {
                    return broken("S1", format!("at {at} the target was asked for {terms:?}, which nobody approved"));
                }
            }
            if target.is_empty() {
                continue;
            }
            for (name, object) in target.objects() {
                self.judges_object(target, &name, &object)?;
            }
        }
        Ok(())
    }

    fn judges_object(&self, target: &Target, name: &str, object: &Object) -> Checked {
        let Some(shadow) = self.by_target_name(name) else {
            return broken("S8", format!("{name} is at {} and no grant's", target.name()));
        };
        let Some(grant) = &shadow.request.grant else {
            return broken("S4", format!("{name} is there without a grant"));
        };
        let is_its = grant.terms.holder.as_str() == object.holder
            && grant.terms.resource.as_str() == object.resource
            && grant.terms.access.as_str() == object.access
            && grant.terms.connector == target.name();
        if !is_its {
            return broken("S7", format!("{name} is {object:?}, approved was {:?}", grant.terms));
        }
        let live = matches!(
            grant.state,
            GrantState::Granting { .. } | GrantState::Active { .. } | GrantState::Revoking { .. }
        );
        match live || shadow.waived {
            true => Ok(()),
            false => broken("S4", format!("{name} is still there though its grant is {}", grant.state.key())),
        }
    }

    /// What has to have happened by now, right after the process did all that was due.
    pub(super) fn judges_time(&self, world: &World) -> Checked {
        let now = world.now();
        let (calm, serving) = (now - self.calm_since > CALM, now - self.service_calm_since > CALM);
        for shadow in self.live.iter().filter_map(|id| self.shadows.get(id)) {
            let short = &shadow.request.short_id;
            if let Some(end) = shadow.ends_at() {
                let undisturbed = self.calm_since + CALM < end;
                if (undisturbed && now > end + BOUND) || (calm && now > end + CALM) {
                    let state = shadow.request.grant.as_ref().map_or("none", |g| g.state.key());
                    return broken("S5", format!("{short} is {state} at {now}, its access was to end at {end}"));
                }
            }
            if let Some(end) = shadow.decided_by()
                && serving
                && now > end + CALM
            {
                return broken("L1", format!("{short} is pending at {now}, its time was over at {end}"));
            }
            let gone =
                !world.organisation.people[shadow.requester].active || !world.organisation.resources[shadow.resource];
            if gone
                && serving
                && !matches!(shadow.request.grant.as_ref().map(|g| &g.state), Some(GrantState::Revoking { .. }))
            {
                return broken("S4", format!("{short} goes on though its ground is gone (rule 3)"));
            }
            self.is_loud(shadow, now)?;
        }
        Ok(())
    }

    /// A revocation that is late is said to be (S6), whatever the target does.
    fn is_loud(&self, shadow: &Shadow, now: Timestamp) -> Checked {
        let Some(GrantState::Revoking { since, overdue, .. }) = shadow.request.grant.as_ref().map(|g| &g.state) else {
            return Ok(());
        };
        let late = now - (*since).max(self.service_calm_since) > TimeDelta::minutes(3);
        match late && overdue.is_none() {
            true => broken("S6", format!("{} is not gone since {since} and nobody was told", shadow.request.short_id)),
            false => Ok(()),
        }
    }
}
