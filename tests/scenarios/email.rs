//! The main job by e-mail: asked on the API, approved and ended from mails. The mail server is played by the fake of the
//! test kit; the server and its confirm pages are the real ones.

use crate::world::{Making, World, start};
use axum::{
    body::{Body, to_bytes},
    http::{Request, header},
};
use countersign::{bots::Bots, policy_file, store::AuditQuery};
use countersign_email::{Email, Settings};
use countersign_engine::{
    directory::Directory,
    person::{Account, Platform},
    policy::Policy,
    time::Length,
};
use countersign_kit::{
    PEOPLE,
    mail::{FakeMail, Follow},
    stage::Stage,
};
use std::sync::Arc;

const URL: &str = "http://127.0.0.1:8080";
const DEV: usize = 1;
const LISA: usize = 2;
const MANAGER: usize = 3;
const SEC1: usize = 5;
const SEC2: usize = 6;

/// The demo organisation; everybody's mailbox is an address of theirs.
fn with_mailboxes() -> Policy {
    let text = include_str!("../kit/peers.policy.toml");
    let mut policy = policy_file::parse(text, "peers.policy.toml").unwrap().policy;
    let people = policy.directory.everyone().cloned().map(|mut person| {
        let user = person.email.clone();
        person.accounts.insert(Account { platform: Platform::Email, tenant: String::new(), user });
        person
    });
    let (levels, teams) = (policy.directory.levels().to_vec(), policy.directory.teams().clone());
    policy.directory = Directory::new(levels, teams, people.collect::<Vec<_>>(), chrono_tz::UTC);
    policy
}

async fn office() -> (Arc<World>, FakeMail) {
    let mail = FakeMail::start().await;
    let settings = Settings {
        smtp_url: mail.url().into(),
        from: "Countersign <access@acme.com>".into(),
        ca: None,
        public_url: URL.into(),
        ticks: Arc::new(std::time::Instant::now),
    };
    let bot = Arc::new(Email::new(settings, Arc::new(start)).unwrap());
    let bots = Bots::default().with(bot);
    let world = Arc::new(World::made(Making { policy: with_mailboxes(), bots, ..Making::default() }).await);
    let there = world.clone();
    let follow: Follow = Arc::new(move |who, link, note| {
        let world = there.clone();
        Box::pin(async move { follow(&world, PEOPLE[who - 1], &link, &note).await })
    });
    (world, mail.with_browser(follow))
}

/// Opens a mail's link in a signed-in browser, and presses the button of the page; what the page then says.
async fn follow(w: &World, person: &str, link: &str, note: &str) -> String {
    let session = w.app.web.credentials.new_session(&person.into()).await.unwrap();
    let path = link.strip_prefix(URL).expect("a page of the console");
    let cookie = format!("countersign={session}");
    let page = Request::get(path).header(header::COOKIE, &cookie).body(Body::empty()).unwrap();
    let page = body(w, page).await;
    let field = |name: &str| {
        let start = format!("name=\"{name}\" value=\"");
        page.split_once(&start).map_or("", |(_, rest)| rest.split('"').next().unwrap_or_default())
    };
    let form = format!("csrf={}&step={}&note={}", field("csrf"), field("step"), note.replace(' ', "+"));
    let Some((_, action)) = page.split_once("/confirm/") else { return page.clone() };
    let action = format!("{}/confirm/{}", path.split("/confirm/").next().unwrap(), action.split('"').next().unwrap());
    let post = Request::post(action)
        .header(header::COOKIE, &cookie)
        .header(header::ORIGIN, URL)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    body(w, post.body(Body::from(form)).unwrap()).await
}

async fn body(w: &World, request: Request<Body>) -> String {
    let bytes = to_bytes(w.send(request).await.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
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
