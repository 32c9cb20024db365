//! The pages that an e-mail's links lead to.

use crate::{
    browser::{Browser, ORIGIN},
    world::{Making, World},
};
use axum::{
    body::Body,
    http::{Method, Request, header},
};
use countersign::store::AuditQuery;
use countersign_engine::time::Length;

const VERBS: [&str; 5] = ["approve", "deny", "cancel", "start", "end"];

async fn entries(w: &World) -> i64 {
    w.store.audit_head().await.unwrap().size
}

/// THREATS B13: scanners, previews and prefetchers follow every link of a mail, also with the reader's own session, and
/// decide nothing.
#[tokio::test]
async fn abuse_b13_following_a_link_decides_nothing() {
    let w = World::new().await;
    let (dev, lisa) = (Browser::of(&w, "dev").await, Browser::of(&w, "lisa").await);
    let id = dev.ask("grafana", "10m", "a look").await;
    let before = entries(&w).await;
    for verb in VERBS {
        let path = format!("/requests/{id}/confirm/{verb}?step=0&note=yes&duration=1m");
        for session in [&dev.session, &lisa.session, &String::new()] {
            for method in [Method::GET, Method::HEAD] {
                for headers in [
                    &[][..],
                    &[("sec-purpose", "prefetch;prerender"), ("purpose", "prefetch"), ("x-moz", "prefetch")],
                    &[("user-agent", "Mozilla/5.0 (compatible; SafeLinks)"), ("sec-fetch-site", "cross-site")],
                    &[("x-http-method-override", "POST"), ("origin", ORIGIN)],
                ] {
                    let mut request = Request::builder().method(&method).uri(&path);
                    request = request.header(header::COOKIE, format!("countersign={session}"));
                    for (name, value) in headers {
                        request = request.header(*name, *value);
                    }
                    let status = w.send(request.body(Body::empty()).unwrap()).await.status();
                    assert!(status == 200 || (session.is_empty() && status == 303), "{method} {verb}: {status}");
                }
            }
        }
    }
    assert_eq!(entries(&w).await, before);
}

/// THREATS E01: the form is a form like all others; the matrix of `csrf` has it too.
#[tokio::test]
async fn abuse_e01_the_form_needs_session_origin_and_token() {
    let w = World::new().await;
    let (dev, lisa) = (Browser::of(&w, "dev").await, Browser::of(&w, "lisa").await);
    let id = dev.ask("grafana", "10m", "a look").await;
    let path = format!("/requests/{id}/confirm/approve");
    let own = [("origin", ORIGIN)];
    assert_eq!(lisa.post_as(&path, &[("step", "0")], &own).await.status, 403);
    let csrf = lisa.csrf().await;
    assert_eq!(
        lisa.post_as(&path, &[("csrf", csrf.as_str())], &[("origin", "https://evil.example")]).await.status,
        403
    );
    assert_eq!(Browser::new(&w).post_as(&path, &[("csrf", csrf.as_str())], &own).await.status, 303);
    assert_eq!(entries(&w).await, 1);
    let page = lisa.post_as(&path, &[("csrf", csrf.as_str())], &own).await;
    assert_eq!((page.status.as_u16(), page.location()), (303, format!("/requests/{id}").as_str()));
    assert_eq!(entries(&w).await, 2);
}

/// The trail and the card say that it came from an e-mail.
#[tokio::test]
async fn what_is_confirmed_counts_as_said_by_email() {
    let w = World::new().await;
    let (dev, lisa) = (Browser::of(&w, "dev").await, Browser::of(&w, "lisa").await);
    let id = dev.ask("prod-db", "4h", "migration").await;
    let path = format!("/requests/{id}/confirm/approve");
    let page = lisa.get(&format!("{path}?step=0")).await;
    assert!(page.has("<h1>Approve?</h1>") && page.has("migration") && page.has("Allow less"), "{}", page.text);
    let fields = [("step", "0"), ("note", "an hour is enough"), ("duration", "1h")];
    assert_eq!(lisa.post(&path, &fields).await.status, 303);
    let rows = w.store.audit(&AuditQuery { limit: 10, ..AuditQuery::default() }).await.unwrap();
    let entry = rows.iter().find(|row| row.person == "lisa").unwrap();
    assert!(entry.body.contains(r#""platform":"email""#), "{}", entry.body);
    let shown = dev.get(&format!("/requests/{id}")).await;
    assert!(shown.has("via e-mail") && shown.has("an hour is enough") && shown.has("trimmed to 1h"));
}

/// rules 11, 15, 21: the page says what the engine says, to whoever opens it.
#[tokio::test]
async fn who_cannot_is_told_why_and_gets_no_button() {
    let w = World::new().await;
    let (dev, lisa) = (Browser::of(&w, "dev").await, Browser::of(&w, "lisa").await);
    let id = dev.ask("prod-db", "4h", "migration").await;
    let page = |verb: &str| format!("/requests/{id}/confirm/{verb}");
    let own = dev.get(&page("approve")).await;
    assert!(own.has("own request") && !own.has(">Approve</button>"), "{}", own.text);
    assert!(dev.get(&page("cancel")).await.has(">Cancel request</button>"));
    assert!(!lisa.get(&page("cancel")).await.has(">Cancel request</button>"));
    let refused = dev.post(&page("approve"), &[("note", "mine")]).await;
    assert_eq!(refused.status, 403);
    assert!(refused.has("own request"));
    assert_eq!(lisa.post(&page("deny"), &[("step", "0"), ("note", "not today")]).await.status, 303);
    let late = Browser::of(&w, "manager").await;
    let stale = late.get(&page("approve")).await;
    assert!(stale.has("Denied by lisa@acme.com") && !stale.has(">Approve</button>"));
    let refused = late.post(&page("approve"), &[("step", "0"), ("note", "a considered note")]).await;
    assert_eq!(refused.status, 409);
    assert!(refused.has("role=\"alert\""));
}

#[tokio::test]
async fn a_refused_form_keeps_what_was_typed_and_an_old_mail_is_told() {
    let w = World::new().await;
    let (dev, lisa) = (Browser::of(&w, "dev").await, Browser::of(&w, "lisa").await);
    let id = dev.ask("prod-db", "4h", "migration").await;
    let path = format!("/requests/{id}/confirm/approve");
    let page = lisa.post(&path, &[("step", "0"), ("duration", "5h"), ("note", "a considered note")]).await;
    assert_eq!(page.status, 422);
    assert!(page.has("value=\"a considered note\"") && page.has("value=\"5h\"") && page.has("<details open>"));
    assert_eq!(lisa.post(&path, &[("step", "0")]).await.status, 303);
    let manager = Browser::of(&w, "manager").await;
    let old = manager.get(&format!("{path}?step=0")).await;
    assert!(old.has("Something has happened since the mail was sent") && old.has("name=\"step\" value=\"1\""));
    assert!(!manager.get(&format!("{path}?step=1")).await.has("Something has happened"));
    for odd in ["step=x", "step=-1", "step=99999999999999999999"] {
        assert_eq!(manager.get(&format!("{path}?{odd}")).await.status, 400, "{odd}");
    }
}

/// THREATS E03
#[tokio::test]
async fn abuse_e03_there_is_nothing_for_whom_may_see_nothing() {
    let w = World::new().await;
    let dev = Browser::of(&w, "dev").await;
    let id = dev.ask("grafana", "10m", "a look").await;
    for path in [format!("/requests/{id}/confirm/grant"), "/requests/req-0000/confirm/approve".into()] {
        assert_eq!(dev.get(&path).await.status, 404, "{path}");
        assert_eq!(dev.post(&path, &[]).await.status, 404, "{path}");
    }
    for verb in ["revoke", "waive", "secret"] {
        assert_eq!(dev.post(&format!("/requests/{id}/confirm/{verb}"), &[]).await.status, 404, "{verb}");
    }
}

#[tokio::test]
async fn access_is_ended_and_a_request_taken_back() {
    let w = World::new().await;
    let (dev, lisa) = (Browser::of(&w, "dev").await, Browser::of(&w, "lisa").await);
    let id = dev.ask("grafana", "10m", "a look").await;
    let page = |verb: &str| format!("/requests/{id}/confirm/{verb}");
    assert_eq!(lisa.post(&page("approve"), &[("step", "0")]).await.status, 303);
    w.settle().await;
    w.advance(Length::minutes(1)).await;
    assert!(dev.get(&page("end")).await.has(">End access</button>"));
    assert_eq!(dev.post(&page("end"), &[]).await.status, 303);
    w.settle().await;
    assert!(dev.get(&format!("/requests/{id}")).await.has("ended"));
    assert!(!dev.get(&page("end")).await.has(">End access</button>"));
    let other = dev.ask("prod-db", "4h", "migration").await;
    assert_eq!(dev.post(&format!("/requests/{other}/confirm/cancel"), &[]).await.status, 303);
    assert!(dev.get(&format!("/requests/{other}")).await.has("withdrawn"));
}

/// Whoever has to sign in first comes back to the page, and to no other.
#[tokio::test]
async fn signing_in_leads_back_to_the_page() {
    let w = World::made(Making { demo: false, ..Making::default() }).await;
    let id = Browser::of(&w, "dev").await.ask("grafana", "10m", "a look").await;
    let path = format!("/requests/{id}/confirm/approve?step=0");
    let sent_away = Browser::new(&w).get(&path).await;
    assert_eq!(sent_away.location(), "/login");
    let kept = sent_away.headers["set-cookie"].to_str().unwrap();
    assert!(kept.contains("HttpOnly") && kept.contains("SameSite=Lax"), "{kept}");
    let next = kept.split(';').next().unwrap().to_owned();
    let evil = format!("countersign-next={}", "//evil.example".bytes().map(|b| format!("{b:02x}")).collect::<String>());
    for (cookie, to) in [(next.as_str(), path.as_str()), (&evil, "/"), ("countersign-next=zz", "/"), ("other=1", "/")] {
        let code = w.app.web.credentials.new_login(&"lisa".into()).await.unwrap();
        let request = Request::post(format!("/login/{code}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, ORIGIN)
            .header(header::COOKIE, cookie);
        let answer = w.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.headers()[header::LOCATION], to, "{cookie}");
        let set: Vec<_> = answer.headers().get_all(header::SET_COOKIE).iter().map(|v| v.to_str().unwrap()).collect();
        assert!(set.iter().any(|c| c.starts_with("countersign=")), "{set:?}");
        assert_eq!(set.iter().any(|c| c.starts_with("countersign-next=;")), cookie == next, "kept once");
    }
}
