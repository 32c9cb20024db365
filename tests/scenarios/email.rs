//! The main job by e-mail: asked on the API, approved and ended from mails. The mail server is played by the fake of the
//! test kit; the server and its confirm pages are the real ones.

use crate::{
    office::{
        email::{self, follow},
        peers,
    },
    world::{Making, World, start},
};
use countersign::{bots::Bots, clock::Clock, store::AuditQuery};
use countersign_engine::{person::Platform, time::Length};
use countersign_kit::{DEV, LISA, MANAGER, SEC1, SEC2, mail::FakeMail, stage::Stage};
use std::sync::{Arc, OnceLock};

async fn office() -> (Arc<World>, FakeMail) {
    let clock = Clock::fixed(start());
    let mail = FakeMail::start().await;
    let bots = Bots::default().with(Arc::new(email::bot(&mail, &clock)));
    let making = Making { policy: peers(&[Platform::Email]), bots, clock, ..Making::default() };
    let world = Arc::new(World::made(making).await);
    let mail = mail.with_browser(email::following(Arc::new(OnceLock::from(world.clone()))));
    (world, mail)
}

#[tokio::test]
async fn the_main_job_by_email() {
    let (w, mail) = office().await;
    let id = w.api("dev").request("prod-db", "4h").await.id();
    w.settle().await;
    let asked = mail.newest_for("lisa@acme.com");
    assert!(asked.header("Subject").starts_with(&format!("[{id}] Dev asks for prod-db (")), "{:?}", asked.headers);
    assert!(mail.read_by(SEC1).is_empty(), "not asked yet");

    for approver in [LISA, MANAGER, SEC1, SEC2] {
        mail.presses(approver, "Approve").await;
        w.settle().await;
    }
    let request = w.api("dev").get(&format!("/api/v1/requests/{id}")).await;
    assert_eq!((request.state(), request.grant()), ("approved", "active"), "{}", request.text);
    let rows = w.store.audit(&AuditQuery { limit: 50, ..AuditQuery::default() }).await.unwrap();
    let by_mail = rows.iter().filter(|row| row.body.contains(r#""platform":"email""#)).count();
    assert_eq!(by_mail, 4, "each vote is on record as given by e-mail");
    let heard = mail.read_by(DEV);
    assert!(heard.iter().any(|text| text.contains("active until")), "the requester hears: {heard:#?}");

    w.advance(Length::minutes(3 * 60 + 46)).await;
    let warned = mail.newest_for("dev@acme.com");
    assert!(warned.link("End access").contains("/confirm/end"), "{}", warned.text);
    mail.presses(DEV, "End access").await;
    w.settle().await;
    let request = w.api("dev").get(&format!("/api/v1/requests/{id}")).await;
    assert_eq!(request.grant(), "ended");
    let threads: std::collections::BTreeSet<String> =
        mail.letters().iter().map(|letter| letter.header("References").to_owned()).collect();
    assert_eq!(threads.len(), 1, "all of it is one thread");
    assert_eq!(FakeMail::complaints(&mail), [""; 0]);
}

#[tokio::test]
async fn a_deny_with_its_note_reaches_the_requester() {
    let (w, mail) = office().await;
    w.api("dev").request("prod-db", "4h").await;
    w.settle().await;
    mail.denies(LISA, "not during the freeze").await;
    w.settle().await;
    let heard = mail.newest_for("dev@acme.com");
    assert!(heard.text.contains("not during the freeze"), "{}", heard.text);
    assert!(mail.presses(MANAGER, "Approve").await.contains("denied by"), "whoever presses later is told");
}

/// rules 11 and 15: a forwarded mail gives nobody anything.
#[tokio::test]
async fn a_forwarded_mail_gives_nobody_anything() {
    let (w, mail) = office().await;
    w.api("dev").request("prod-db", "4h").await;
    w.settle().await;
    let link = mail.newest_for("lisa@acme.com").link("Approve");
    assert!(follow(&w, "dev", &link, "").await.contains("own request"));
    follow(&w, "sec1", &link, "").await;
    assert_eq!(w.store.audit_head().await.unwrap().size, 1, "only the opening is on record");
}

/// A mailbox that does not exist costs nobody else a mail, and the refusal is on record.
#[tokio::test]
async fn a_refused_mailbox_is_on_record() {
    let (w, mail) = office().await;
    mail.refuse("lisa@acme.com", "550 5.1.1 no such mailbox here");
    let id = w.api("dev").request("prod-db", "4h").await.id();
    w.settle().await;
    assert_eq!(mail.letters_for("manager@acme.com").len(), 1);
    let request = w.store.request(&id).await.unwrap().unwrap();
    let postings = w.store.postings(&request.id).await.unwrap();
    assert!(postings.iter().any(|p| p.error.contains("no such mailbox")), "{postings:?}");
}
