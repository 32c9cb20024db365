//! Who hears what, and where: from an effect to the messages that it asks for.

use super::{
    Outbox, hold,
    purpose::{self, CARD, Purpose},
    ways::{Way, Ways},
};
use crate::store::{Job, Posting, PostingState, Result, StoreError};
use countersign_engine::{
    address::Address,
    chain,
    effect::{Audience, Effect, News},
    id::PersonId,
    request::Request,
    view::RequestView,
};

/// A planning job.
pub(super) struct Planning<'a> {
    pub outbox: &'a Outbox,
    pub job: &'a Job,
}

impl Planning<'_> {
    /// Keeps the messages that the effect asks for. Sending them is the couriers' work.
    pub async fn run(self) -> Result<()> {
        let service = &self.outbox.service;
        let Some(request) = service.store.request(self.job.request.as_str()).await? else {
            return service.store.bury(self.job, "its request does not exist").await;
        };
        let view = service.view(request, None).await.map_err(|e| StoreError::Unavailable(e.to_string()))?;
        let there = service.store.postings(&view.request.id).await?;
        match &self.job.effect {
            Effect::Refresh => {
                let stale: Vec<i64> = there.iter().filter(|p| self.is_stale(p, &view)).map(|p| p.id).collect();
                service.store.mark_stale(&stale, view.now).await?;
            }
            effect => service.store.plan(&self.wanted(effect, &view, &there)).await?,
        }
        service.store.finish(self.job).await?;
        service.store.announce().await;
        Ok(())
    }

    /// Does it show something else than it should, or is it being worked on, so that nobody knows what it will show?
    fn is_stale(&self, posting: &Posting, view: &RequestView) -> bool {
        if !Purpose::of(&posting.purpose).is_some_and(Purpose::converges) {
            return false;
        }
        match posting.state {
            PostingState::Waiting | PostingState::Held => true,
            PostingState::Delivered => {
                let card = self.outbox.card(posting, view);
                posting.due_at.is_some() || card.is_some_and(|card| posting.shown != super::message::fingerprint(&card))
            }
            PostingState::Rejected | PostingState::Gone | PostingState::GivenUp => false,
        }
    }

    fn wanted(&self, effect: &Effect, view: &RequestView, there: &[Posting]) -> Vec<Posting> {
        let policy = self.outbox.service.policy.get();
        let plan = Plan {
            view,
            there,
            raised: self.job.due_at.timestamp_millis(),
            ways: Ways { policy: &policy, messengers: &self.outbox.messengers },
        };
        let mut wanted = plan.of(effect);
        if wanted.is_empty() && matches!(effect, Effect::Tell { audience: Audience::Operators, .. }) {
            // A grant that is overdue with nobody to tell is still on the console and in the metrics, and here.
            tracing::error!(request = %view.request.id, ?effect, "no operator can be reached on any platform");
        }
        wanted.retain(|posting| self.outbox.messengers.contains_key(&posting.address.platform()));
        wanted
    }
}

/// What an effect is judged on.
struct Plan<'a> {
    view: &'a RequestView,
    there: &'a [Posting],
    raised: i64,
    ways: Ways<'a>,
}

impl Plan<'_> {
    fn of(&self, effect: &Effect) -> Vec<Posting> {
        match effect {
            Effect::Ask { step } => self.ask(*step),
            Effect::Remind { step } => self.remind(*step),
            Effect::Tell { audience: Audience::Requester, news } => self.requester(*news),
            Effect::Tell { audience: Audience::Operators, news } => self.operators(*news),
            Effect::Refresh | Effect::Grant | Effect::Revoke | Effect::Wake { .. } => Vec::new(),
        }
    }

    fn request(&self) -> &Request {
        &self.view.request
    }

    fn message(&self, address: Address, purpose: &str) -> Posting {
        Posting::new(self.request().id.clone(), address, purpose.to_owned(), self.view.now)
    }

    fn direct(&self, person: &PersonId, way: Way, purpose: &str) -> impl Iterator<Item = Posting> {
        way.into_iter().map(move |at| Posting { person: Some(person.clone()), ..self.message(at, purpose) })
    }

    fn places(&self, purpose: &str) -> impl Iterator<Item = Posting> {
        self.request().chain.notify.places.iter().map(move |place| self.message(place.clone(), purpose))
    }

    fn approvers(&self, step: usize) -> impl Iterator<Item = &PersonId> {
        chain::approvers(self.request(), step, self.ways.policy)
    }

    fn ask(&self, step: usize) -> Vec<Posting> {
        let mut wanted: Vec<Posting> = self.places(CARD).collect();
        let lost = self.lost_place();
        for person in self.approvers(step) {
            let way = match lost {
                Some(_) => self.ways.to(person, &[]).into_iter().next().unwrap_or_default(),
                None => self.ways.approver(person, &self.request().chain.notify),
            };
            wanted.extend(
                self.direct(person, way, &purpose::ask(step)).map(|posting| Posting { instead_of: lost, ..posting }),
            );
        }
        let until = |person: &PersonId| hold::of_an_ask(person, self.view, self.ways.policy);
        wanted.into_iter().map(|posting| held(posting, until)).collect()
    }

    /// A place that could not be reached, where no other could and approvers are not told directly anyway.
    fn lost_place(&self) -> Option<i64> {
        let mut places = self.there.iter().filter(|p| p.purpose == CARD && p.is_in_place());
        let first = places.next()?;
        let all = std::iter::once(first).chain(places).all(|p| !p.reaches());
        (all && self.request().chain.notify.approvers.is_empty()).then_some(first.id)
    }

    /// Where they were asked: who was reached another way is reminded that way.
    fn remind(&self, step: usize) -> Vec<Posting> {
        let purpose = purpose::reminder(step, self.raised);
        let held_back = |posting: &Posting| {
            let same = |p: &&Posting| p.address == posting.address && p.state == PostingState::Held;
            let held = self.there.iter().filter(same);
            held.into_iter().any(|p| Purpose::of(&p.purpose) == Some(Purpose::Reminder { step }))
        };
        let mut wanted = Vec::new();
        for person in self.approvers(step) {
            let preference = self.ways.policy.directory.preference(person);
            let asked = |p: &&Posting| Purpose::is_card(&p.purpose) && p.person.as_ref() == Some(person) && p.reaches();
            let asked: Way = self.there.iter().filter(asked).map(|p| p.address.clone()).collect();
            let mut way =
                if asked.is_empty() { self.ways.approver(person, &self.request().chain.notify) } else { asked };
            way.retain(|address| preference.is_reminded_on(address.platform()));
            wanted.extend(self.direct(person, way, &purpose));
        }
        wanted.retain(|posting| !held_back(posting));
        let until = |person: &PersonId| hold::quiet(person, self.view.now, self.ways.policy);
        wanted.into_iter().map(|posting| held(posting, until)).collect()
    }

    /// They hear where they asked; who asked elsewhere, where they can be reached; and where the workflow says besides.
    fn requester(&self, news: News) -> Vec<Posting> {
        let purpose = purpose::news(news, self.raised);
        let mut people = vec![&self.request().requester];
        if self.request().holder != self.request().requester {
            people.push(&self.request().holder);
        }
        let asked_from = self.request().via.account.as_ref();
        let asked_from = asked_from.filter(|account| self.ways.messengers.contains_key(&account.platform));
        let way = |person: &PersonId| {
            let theirs = |account: &&_| self.ways.policy.directory.accounts_of(person).any(|a| a == *account);
            let mut way = match asked_from.filter(theirs) {
                Some(account) => vec![Address::Direct(account.clone())],
                None => self.ways.anybody(person),
            };
            let besides = self.ways.named(person, &self.request().chain.notify.requester);
            let new: Way = besides.into_iter().filter(|address| !way.contains(address)).collect();
            way.extend(new);
            way
        };
        people.into_iter().flat_map(|person| self.direct(person, way(person), &purpose)).collect()
    }

    /// Access that should have ended is told everywhere, whatever people prefer (rule 39).
    fn operators(&self, news: News) -> Vec<Posting> {
        let purpose = purpose::news(news, self.raised);
        let policy = self.ways.policy;
        let owners = policy.resources.get(&self.request().asked.resource).into_iter().flat_map(|r| &r.owners);
        let mut people: Vec<&PersonId> = owners.chain(policy.administrators().map(|p| &p.id)).collect();
        people.sort();
        people.dedup();
        let way = |person: &PersonId| match news {
            News::Overdue => self.ways.to(person, &[]).into_iter().flatten().collect(),
            _ => self.ways.anybody(person),
        };
        let direct = people.into_iter().flat_map(|person| self.direct(person, way(person), &purpose));
        self.places(&purpose).chain(direct).collect()
    }
}

fn held(posting: Posting, until: impl Fn(&PersonId) -> Option<countersign_engine::time::Timestamp>) -> Posting {
    match posting.person.as_ref().and_then(until) {
        Some(end) => Posting { state: PostingState::Held, due_at: Some(end), ..posting },
        None => posting,
    }
}
