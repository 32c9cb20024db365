//! Messages: who gets which, where, and what happens when one does not arrive.

mod asks;
mod converging;
mod failover;
mod leases;
mod people;
mod proof;
mod quiet;
mod routing;

use crate::world::{Making, World};
use countersign::{bots::Bots, store::Posting};
use countersign_engine::{
    address::Address,
    card::Verb,
    directory::Directory,
    id::PersonId,
    person::{Account, Platform},
    policy::Policy,
    ports::{Bot, DeliveryError},
    preference::Preference,
};
use countersign_kit::{Letter, Pigeon, acme};
use std::sync::Arc;

/// Everybody has an account called as they are on each of these; workflows post to one place and to their approvers on all.
fn reachable(platforms: &[Platform]) -> Policy {
    let mut policy = acme();
    let people = policy.directory.everyone().cloned().map(|mut person| {
        let user = person.id.to_string();
        let chat = platforms.iter().filter(|platform| **platform != Platform::Email);
        person.accounts = chat.map(|on| Account { platform: *on, tenant: "T1".into(), user: user.clone() }).collect();
        person
    });
    let people: Vec<_> = people.collect();
    let (levels, teams) = (policy.directory.levels().to_vec(), policy.directory.teams().clone());
    policy.directory = Directory::new(levels, teams, people, chrono_tz::UTC);
    for workflow in policy.workflows.values_mut() {
        workflow.notify.places = vec![place(platforms[0])];
        workflow.notify.approvers = platforms.to_vec();
    }
    policy
}

pub fn prefers(policy: &mut Policy, person: &str, preference: Preference) {
    policy.directory = policy.directory.clone().with_preferences([(PersonId::from(person), preference)]);
}

async fn world(policy: Policy, pigeons: &[&Pigeon]) -> World {
    let bots =
        pigeons.iter().fold(Bots::default(), |bots, pigeon| bots.with(Arc::new((*pigeon).clone()) as Arc<dyn Bot>));
    World::made(Making { policy, bots, ..Making::default() }).await
}

fn place(platform: Platform) -> Address {
    Address::Place { platform, tenant: "T1".into(), place: "C1".into() }
}

fn direct(platform: Platform, user: &str) -> Address {
    Address::Direct(Account { platform, tenant: "T1".into(), user: user.into() })
}

fn by_mail(user: &str) -> Address {
    let account = Account { platform: Platform::Email, tenant: String::new(), user: format!("{user}@acme.com") };
    Address::Direct(account)
}

/// What stands at an address now.
fn at(pigeon: &Pigeon, address: &Address) -> Vec<Letter> {
    pigeon.letters().into_iter().filter(|letter| letter.to == *address).collect()
}

fn not_in_channel() -> DeliveryError {
    DeliveryError::Rejected("not_in_channel".into())
}

fn silent() -> DeliveryError {
    DeliveryError::Retry { after: None }
}

fn can_vote(letter: &Letter) -> bool {
    letter.card.buttons.iter().any(|button| button.token.verb == Verb::Approve)
}

/// The smaller lines of a card.
fn notes(letter: &Letter) -> String {
    letter.card.notes.iter().map(|note| format!("{note:?}\n")).collect()
}

/// What the ledger says about messages to an address.
async fn ledger(w: &World, name: &str, address: &Address) -> Vec<Posting> {
    let request = w.store.request(name).await.unwrap().unwrap();
    let all = w.store.postings(&request.id).await.unwrap();
    all.into_iter().filter(|posting| posting.address == *address).collect()
}
