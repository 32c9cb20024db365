//! What has to be so once nothing goes wrong any more and all that is due was done (L1 to L5, S2, S3, S10).

use super::{Checked, Checker, broken};
use crate::{chat::Shown, organisation::Organisation, world::World};
use countersign::{
    audit::{note::split_notes, verify},
    store::{Posting, Query, Store},
};
use countersign_engine::{
    address::Address,
    card::{self, Card, Verb},
    person::Account,
    request::{Decision, Request},
    view::RequestView,
};
use std::collections::BTreeSet;

/// Whose messages need not be true any more: people who were deactivated, accounts that changed hands.
#[derive(Default)]
pub struct Strangers {
    /// People by number.
    pub people: BTreeSet<usize>,
    /// Accounts.
    pub accounts: BTreeSet<Account>,
}

impl Checker {
    /// # Errors
    /// A promise was broken.
    pub async fn at_rest(&self, world: &World, strangers: &Strangers) -> Checked {
        if let Some(shadow) = self.live.iter().find_map(|id| self.shadows.get(id)) {
            let grant = shadow.request.grant.as_ref().map(|g| &g.state);
            return broken(
                "L1 to L3",
                format!("{} never ends: {:?} {grant:?}", shadow.request.short_id, shadow.request.state),
            );
        }
        let waived = |name: &String| {
            self.shadows.values().any(|s| s.waived && name.ends_with(&s.request.id.as_str().to_lowercase()))
        };
        for target in &world.targets {
            if let Some(name) = target.objects().into_keys().find(|name| !waived(name)) {
                return broken("S4", format!("{name} stays at {}", target.name()));
            }
        }
        let store = world.backend.store();
        self.rows_agree(store.as_ref(), world).await?;
        self.nothing_waits(store.as_ref(), world).await?;
        self.trail_is_whole(store.as_ref(), world).await?;
        self.cards_are_true(store.as_ref(), world, strangers).await
    }

    /// Every row is what the trail says, and every vote has its slot exactly once.
    async fn rows_agree(&self, store: &dyn Store, world: &World) -> Checked {
        let all = store.requests(&Query { limit: 1_000_000, ..Query::default() }).await?;
        if all.len() != self.shadows.len() {
            return broken("S9", format!("{} requests are kept, the trail has {}", all.len(), self.shadows.len()));
        }
        let mut votes = Vec::new();
        for request in &all {
            self.agrees(store, &request.id).await?;
            votes.extend(request.votes.iter().filter_map(|vote| vote_row(request, vote)));
        }
        votes.sort();
        match votes == world.backend.votes()? {
            true => Ok(()),
            false => broken("S2", "the votes' table is not what the requests say"),
        }
    }

    async fn nothing_waits(&self, store: &dyn Store, world: &World) -> Checked {
        let backlog = store.backlog().await?;
        let unsettled = store.unsettled().await?;
        let next = world.backend.next_due()?;
        match backlog.is_empty() && unsettled.is_empty() && next.is_none() {
            true => Ok(()),
            false => broken("L4", format!("at rest there waits {backlog:?} {unsettled:?}, next {next:?}")),
        }
    }

    async fn trail_is_whole(&self, store: &dyn Store, world: &World) -> Checked {
        let outside = split_notes(&world.checkpoints_outside());
        let verdict = verify::verify(store, &world.verifier(), &outside).await?;
        match verdict.problems.is_empty() && verdict.entries as i64 == self.entries {
            true => Ok(()),
            false => broken("S10", format!("{verdict:?}")),
        }
    }

    /// Every copy that we know of shows the truth; a copy that we do not know of is one whose answer was lost.
    async fn cards_are_true(&self, store: &dyn Store, world: &World, strangers: &Strangers) -> Checked {
        for (id, shadow) in &self.shadows {
            let postings = store.postings(id).await?;
            for posting in &postings {
                let Some(at) = &posting.message else { continue };
                let chat = world.chats.iter().find(|c| c.is_on(posting.address.platform()));
                let shown = at.message.parse().ok().and_then(|index| chat?.message(index));
                let Some(shown) = shown else { return broken("L5", format!("{at:?} never was")) };
                if !shown.deleted && !is_excused(posting, &world.organisation, strangers) {
                    is_true(posting, &shown, &shadow.request, world)?;
                }
            }
        }
        Ok(())
    }
}

fn vote_row(request: &Request, vote: &countersign_engine::request::Vote) -> Option<(String, String, String)> {
    let person = vote.voter.person()?;
    let distinct = request.chain.steps.get(vote.step).is_none_or(|step| step.distinct);
    let slot = if distinct { person.to_string() } else { format!("{person}#{}", vote.step) };
    let decision = if vote.decision == Decision::Approve { "approve" } else { "deny" };
    Some((request.id.to_string(), slot, decision.to_owned()))
}

/// An account that is nobody's any more is told nothing more.
fn is_excused(posting: &Posting, organisation: &Organisation, strangers: &Strangers) -> bool {
    match &posting.address {
        Address::Direct(account) => {
            let owner = (0..organisation.people.len()).find(|p| Organisation::accounts(*p).contains(account));
            strangers.accounts.contains(account) || owner.is_none_or(|person| strangers.people.contains(&person))
        }
        Address::Place { .. } => false,
    }
}

fn is_true(posting: &Posting, shown: &Shown, request: &Request, world: &World) -> Checked {
    let told_once = posting.purpose.starts_with("remind:") || posting.purpose.split(':').count() > 2;
    if told_once {
        return Ok(());
    }
    let acts = |verb: Verb| !matches!(verb, Verb::Details);
    if let Some(button) = shown.card.buttons.iter().find(|button| acts(button.token.verb)) {
        let (short, purpose) = (&request.short_id, &posting.purpose);
        return broken("L5", format!("{short}'s {purpose} at {} still offers \"{}\"", posting.address, button.label));
    }
    if !posting.purpose.starts_with("card") {
        return Ok(());
    }
    let policy = world.organisation.policy();
    let view = RequestView::new(request.clone(), None, Vec::new(), &policy, world.now());
    let truth = card::request(&view);
    // Its steps also say who could vote by now, which is no news once it is over.
    let stands = |card: &Card| (card.title.clone(), card.tone);
    let (shows, is) = (stands(&shown.card), stands(&truth));
    match shows == is {
        true => Ok(()),
        false => {
            let (short, purpose) = (&request.short_id, &posting.purpose);
            broken("L5", format!("{short}'s {purpose} at {} shows {shows:?}, true is {is:?}", posting.address))
        }
    }
}
