//! Who hears what, and where.

use super::Messengers;
use countersign_engine::{
    address::Address,
    chain,
    effect::{Audience, Effect, News},
    id::PersonId,
    person::Platform,
    policy::Policy,
    request::Request,
};

/// What is to be posted: where, and as what.
pub(super) struct Plan {
    /// `card` for the copy that converges, otherwise what it tells.
    pub purpose: String,
    /// Where, each once.
    pub addresses: Vec<Address>,
}

/// The purpose of the copy that approvers and places have.
pub(super) const CARD: &str = "card";

/// News whose message has buttons for its reader, so it converges like a card: one per request, brought up to date.
pub(super) fn converges(news: News) -> bool {
    matches!(news, News::Opened | News::Decided | News::Active)
}

/// What a delivery effect asks for now. `raised` tells one-off messages of the same kind apart.
pub(super) fn plan(effect: &Effect, raised: i64, request: &Request, policy: &Policy, messengers: &Messengers) -> Plan {
    let notify = &request.chain.notify;
    let mut addresses = Vec::new();
    let purpose = match effect {
        Effect::Ask { step } => {
            addresses.extend(notify.places.iter().cloned());
            addresses.extend(approvers(request, *step, policy, &notify.approvers));
            CARD.to_owned()
        }
        Effect::Remind { step } => {
            addresses.extend(approvers(request, *step, policy, &notify.approvers));
            format!("remind:{step}:{raised}")
        }
        Effect::Tell { audience, news } => {
            match audience {
                Audience::Requester => addresses.extend(requester(request, policy, messengers)),
                Audience::Operators => {
                    addresses.extend(notify.places.iter().cloned());
                    let owners = policy.resources.get(&request.asked.resource).into_iter().flat_map(|r| &r.owners);
                    let people = owners.chain(policy.administrators().map(|p| &p.id));
                    let reachable: Vec<Platform> = messengers.keys().copied().collect();
                    addresses.extend(people.flat_map(|id| direct(id, policy, &reachable)).collect::<Vec<_>>());
                }
            }
            let news_key = key(*news);
            match converges(*news) {
                true => format!("news:{news_key}"),
                false => format!("news:{news_key}:{raised}"),
            }
        }
        Effect::Refresh | Effect::Grant | Effect::Revoke | Effect::Wake { .. } => CARD.to_owned(),
    };
    addresses.retain(|a| messengers.contains_key(&a.platform()));
    addresses.sort();
    addresses.dedup();
    Plan { purpose, addresses }
}

fn approvers(request: &Request, step: usize, policy: &Policy, platforms: &[Platform]) -> Vec<Address> {
    chain::approvers(request, step, policy).flat_map(|id| direct(id, policy, platforms)).collect()
}

fn direct<'a>(
    person: &'a PersonId,
    policy: &'a Policy,
    platforms: &'a [Platform],
) -> impl Iterator<Item = Address> + 'a {
    let on = |p: &Platform| platforms.contains(p);
    policy.directory.accounts_of(person).filter(move |a| on(&a.platform)).cloned().map(Address::Direct)
}

/// The requester hears where they asked; who asked elsewhere hears on all their accounts.
fn requester(request: &Request, policy: &Policy, messengers: &Messengers) -> Vec<Address> {
    let mut people = vec![&request.requester];
    if request.holder != request.requester {
        people.push(&request.holder);
    }
    let asked_from = request.via.account.as_ref().filter(|a| messengers.contains_key(&a.platform));
    people
        .into_iter()
        .flat_map(|person| {
            let theirs: Vec<_> = policy.directory.accounts_of(person).cloned().collect();
            match asked_from.filter(|account| theirs.contains(account)) {
                Some(account) => vec![account.clone()],
                None => theirs,
            }
        })
        .map(Address::Direct)
        .collect()
}

/// The word for a kind of news in purposes.
pub(super) fn key(news: News) -> &'static str {
    match news {
        News::Opened => "opened",
        News::Decided => "decided",
        News::Blocked => "blocked",
        News::Escalated => "escalated",
        News::Active => "active",
        News::EndsSoon => "ends_soon",
        News::Trouble => "trouble",
        News::Ended => "ended",
        News::Overdue => "overdue",
    }
}

/// The converging news that a purpose names.
pub(super) fn converging(purpose: &str) -> Option<News> {
    let all = [News::Opened, News::Decided, News::Active];
    all.into_iter().find(|news| purpose.strip_prefix("news:") == Some(key(*news)))
}
