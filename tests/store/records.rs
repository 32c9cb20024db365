//! Everything beside requests, jobs and messages: credentials, bindings, secrets.

use crate::{
    sample::{HOSTILE, at, id},
    world::World,
};
use countersign::store::{Binding, Credential, CredentialKind, StoreError};
use countersign_engine::person::{Account, Platform};

stories! {
    /// THREATS E04: only hashes are kept, and an expired credential is none.
    abuse_e04_expired_credentials_are_none,
    a_one_time_credential_is_used_once,
    /// THREATS A04: an account has one person.
    abuse_a04_an_account_has_one_person,
    secrets_are_taken_once,
}

fn account(user: &str) -> Account {
    Account { platform: Platform::Slack, tenant: HOSTILE.into(), user: user.into() }
}

fn credential(kind: CredentialKind, hash: &str) -> Credential {
    Credential {
        kind,
        hash: hash.into(),
        subject: HOSTILE.into(),
        label: HOSTILE.into(),
        created_at: at(0),
        expires_at: at(10),
        used_at: None,
    }
}

async fn abuse_e04_expired_credentials_are_none(w: &World) {
    let (token, session) = (credential(CredentialKind::Token, "aa"), credential(CredentialKind::Session, "aa"));
    for credential in [&token, &session] {
        w.store.put_credential(credential).await.unwrap();
    }
    assert!(matches!(w.store.put_credential(&token).await, Err(StoreError::Conflict(_))));
    let find = async |minute| w.store.credential(CredentialKind::Session, "aa", at(minute)).await.unwrap();
    assert_eq!(find(9).await, Some(session.clone()));
    assert_eq!(find(10).await, None);
    assert_eq!(w.store.credential(CredentialKind::Session, HOSTILE, at(1)).await.unwrap(), None);
    // Use moves the idle expiry, but never wakes what is expired.
    w.store.touch_credential(CredentialKind::Session, "aa", at(9), at(19)).await.unwrap();
    w.store.touch_credential(CredentialKind::Session, "aa", at(19), at(99)).await.unwrap();
    let used = Credential { expires_at: at(19), used_at: Some(at(9)), ..session };
    assert_eq!(find(18).await, Some(used));
    assert_eq!(w.store.credentials_of(CredentialKind::Token, HOSTILE).await.unwrap(), [token]);
    assert_eq!(w.store.credentials_of(CredentialKind::Token, "dev").await.unwrap(), []);
    w.store.sweep(at(10), at(0)).await.unwrap();
    assert_eq!(w.number("SELECT count(*) FROM credentials").await, 1);
    assert!(w.store.remove_credential(CredentialKind::Session, "aa").await.unwrap());
    assert!(!w.store.remove_credential(CredentialKind::Session, "aa").await.unwrap());
}

async fn a_one_time_credential_is_used_once(w: &World) {
    w.store.put_credential(&credential(CredentialKind::Login, "aa")).await.unwrap();
    assert_eq!(w.store.consume_credential(CredentialKind::Link, "aa", at(1)).await.unwrap(), None);
    assert_eq!(w.store.consume_credential(CredentialKind::Login, "aa", at(10)).await.unwrap(), None);
    let mut takers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let store = w.store.clone();
        takers.spawn(async move { store.consume_credential(CredentialKind::Login, "aa", at(9)).await.unwrap() });
    }
    let took: Vec<_> = takers.join_all().await.into_iter().flatten().collect();
    assert_eq!(took, [credential(CredentialKind::Login, "aa")]);
    assert_eq!(w.store.credential(CredentialKind::Login, "aa", at(9)).await.unwrap(), None);
}

async fn abuse_a04_an_account_has_one_person(w: &World) {
    let bind =
        |user: &str, person: &str, minute| Binding { account: account(user), person: person.into(), at: at(minute) };
    for binding in [bind("U1", "ann", 1), bind(HOSTILE, "ben", 1), bind("U1", "cat", 2)] {
        w.store.bind(&binding).await.unwrap();
    }
    let mut bound = w.store.bindings().await.unwrap();
    bound.sort_by_key(|b| b.at);
    assert_eq!(bound, [bind(HOSTILE, "ben", 1), bind("U1", "cat", 2)]);
    assert!(w.store.unbind(&account(HOSTILE)).await.unwrap());
    assert!(!w.store.unbind(&account(HOSTILE)).await.unwrap());
    w.sql("UPDATE bindings SET platform = 'irc'").await.unwrap();
    assert!(matches!(w.store.bindings().await, Err(StoreError::Corrupt(_))));
}

async fn secrets_are_taken_once(w: &World) {
    let sealed: Vec<u8> = (0..=255).collect();
    assert!(!w.store.has_secret(&id(1)).await.unwrap());
    w.store.put_secret(&id(1), b"old", at(0)).await.unwrap();
    w.store.put_secret(&id(1), &sealed, at(1)).await.unwrap();
    assert!(w.store.has_secret(&id(1)).await.unwrap());
    assert_eq!(w.store.take_secret(&id(2)).await.unwrap(), None);
    assert_eq!(w.store.take_secret(&id(1)).await.unwrap(), Some(sealed));
    assert_eq!(w.store.take_secret(&id(1)).await.unwrap(), None);
}
