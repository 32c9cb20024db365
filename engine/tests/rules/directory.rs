//! Accounts are not people.

use crate::{random::account, world::World};
use countersign_engine::{directory::Directory, id::PersonId};

fn owner(directory: &Directory, index: usize) -> Option<&str> {
    directory.owner(&account(index)).map(|p| p.id.as_str())
}

/// rule 1: any number of accounts, one person (abuse A05)
#[test]
fn abuse_a05_one_person_many_accounts() {
    let mut w = World::acme();
    w.person("lisa", |p| p.accounts = [account(1), account(2)].into());
    assert_eq!((owner(&w.policy.directory, 1), owner(&w.policy.directory, 2)), (Some("lisa"), Some("lisa")));
    assert_eq!(w.policy.directory.accounts_of(&"lisa".into()).count(), 2);
    assert_eq!(owner(&w.policy.directory, 3), None);
}

/// An account that two people claim belongs to neither.
#[test]
fn a_contested_account_belongs_to_nobody() {
    let mut w = World::acme();
    for id in ["lisa", "dev"] {
        w.person(id, |p| p.accounts = [account(1)].into());
    }
    assert_eq!(owner(&w.policy.directory, 1), None);
}

/// The directory file wins over a link code; a link to nobody binds nothing.
#[test]
fn links_never_override_the_directory() {
    let mut w = World::acme();
    w.person("lisa", |p| p.accounts = [account(1)].into());
    let links = [(account(1), "dev"), (account(2), "dev"), (account(3), "nobody")];
    let linked = w.policy.directory.clone().with_links(links.map(|(account, id)| (account, PersonId::from(id))));
    assert_eq!((owner(&linked, 1), owner(&linked, 2), owner(&linked, 3)), (Some("lisa"), Some("dev"), None));
}

/// rule 3: a deactivated person has no accounts
#[test]
fn a_deactivated_person_has_no_accounts() {
    let mut w = World::acme();
    w.person("lisa", |p| (p.accounts, p.active) = ([account(1)].into(), false));
    assert_eq!(owner(&w.policy.directory, 1), None);
}

/// rule 1: levels are ordered; one that nobody has heard of is below everything
#[test]
fn levels_are_ordered_and_fail_closed() {
    let directory = World::acme().policy.directory;
    let at_least = |level: &str, floor: &str| directory.at_least(&level.into(), &floor.into());
    assert!(at_least("manager", "team-lead") && at_least("team-lead", "team-lead"));
    assert!(!at_least("member", "team-lead"));
    assert!(!at_least("emperor", "member") && !at_least("admin", "emperor"));
}
