//! The ways to a person, in the order in which they are tried.

use super::Messengers;
use countersign_engine::{
    address::Address,
    id::PersonId,
    person::{Account, Platform},
    policy::Policy,
    workflow::{Notify, Reach},
};

/// What routing looks at.
#[derive(Clone, Copy)]
pub(super) struct Ways<'a> {
    pub policy: &'a Policy,
    pub messengers: &'a Messengers,
}

/// One platform, and every account of the person there.
pub(super) type Way = Vec<Address>;

impl Ways<'_> {
    /// Every way to a person: what they prefer, then what `named` says, then their other accounts, then e-mail.
    pub fn to(self, person: &PersonId, named: &[Platform]) -> Vec<Way> {
        let accounts: Vec<&Account> = self.policy.directory.accounts_of(person).collect();
        let wishes = self.policy.directory.preference(person).first;
        let theirs = accounts.iter().map(|account| account.platform);
        let order = wishes.into_iter().chain(named.iter().copied()).chain(theirs).chain([Platform::Email]);
        let mut seen = Vec::new();
        for platform in order {
            if !seen.contains(&platform) {
                seen.push(platform);
            }
        }
        seen.into_iter().map(|platform| self.on(platform, person, &accounts)).filter(|way| !way.is_empty()).collect()
    }

    /// The directory's e-mail is an address to deliver to, and never says who a caller is.
    fn on(self, platform: Platform, person: &PersonId, accounts: &[&Account]) -> Way {
        if !self.messengers.contains_key(&platform) {
            return Vec::new();
        }
        if platform == Platform::Email {
            let person = self.policy.directory.active(person).filter(|p| !p.email.is_empty());
            let direct = |user: String| Address::Direct(Account { platform, tenant: String::new(), user });
            return person.map(|p| direct(p.email.clone())).into_iter().collect();
        }
        accounts.iter().filter(|a| a.platform == platform).map(|a| Address::Direct((*a).clone())).collect()
    }

    /// Where the person wants to be told before everywhere else, if they can be reached there.
    pub fn preferred(self, person: &PersonId) -> Option<Way> {
        let wishes = self.policy.directory.preference(person).first;
        self.to(person, &[]).into_iter().find(|way| on_any(way, &wishes))
    }

    /// Where an approver is told: where they want to be, else as the workflow says, else wherever they can be reached.
    pub fn approver(self, person: &PersonId, notify: &Notify) -> Way {
        if notify.approvers.is_empty() {
            return Vec::new();
        }
        if let Some(way) = self.preferred(person) {
            return way;
        }
        let ways = self.to(person, &notify.approvers);
        let mut named = ways.iter().filter(|way| on_any(way, &notify.approvers));
        let told = match notify.approvers_on {
            Reach::All => named.flatten().cloned().collect(),
            Reach::First => named.next().cloned().unwrap_or_default(),
        };
        if told.is_empty() { ways.into_iter().next().unwrap_or_default() } else { told }
    }

    /// The person on exactly these platforms, as far as they are there.
    pub fn named(self, person: &PersonId, platforms: &[Platform]) -> Way {
        let ways = self.to(person, platforms);
        ways.into_iter().filter(|way| on_any(way, platforms)).flatten().collect()
    }

    /// Where somebody is told whom no workflow speaks of: where they want to be, else on all their accounts, else by e-mail.
    pub fn anybody(self, person: &PersonId) -> Way {
        if let Some(way) = self.preferred(person) {
            return way;
        }
        let ways = self.to(person, &[]);
        let chat: Way = ways.iter().flatten().filter(|a| a.platform() != Platform::Email).cloned().collect();
        if chat.is_empty() { ways.into_iter().flatten().collect() } else { chat }
    }
}

fn on_any(way: &Way, platforms: &[Platform]) -> bool {
    way.first().is_some_and(|address| platforms.contains(&address.platform()))
}
