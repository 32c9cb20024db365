//! Every page, as those see it who may.

use crate::{
    browser::Browser,
    world::{Making, World},
};

#[tokio::test]
async fn without_a_session_one_is_sent_where_one_gets_one() {
    let world = World::new().await;
    let nobody = Browser::new(&world);
    for path in
        ["/", "/requests", "/requests/new", "/requests/x", "/audit", "/policy", "/account", "/demo/grafana", "/events"]
    {
        let page = nobody.get(path).await;
        assert_eq!((page.status.as_u16(), page.location()), (303, "/demo"), "{path}");
    }
    assert_eq!(nobody.get("/demo").await.status, 200);
}

#[tokio::test]
async fn home_shows_what_is_mine_and_what_waits_for_me() {
    let world = World::new().await;
    let (dev, lisa) = (Browser::of(&world, "dev").await, Browser::of(&world, "lisa").await);
    assert!(lisa.get("/").await.has("Nothing waits for you."));
    let id = dev.ask("grafana", "10m", "looking at the dashboards").await;
    let home = dev.get("/").await;
    assert!(home.has(&id) && home.has("Cancel request") && home.has("looking at the dashboards"));
    let home = lisa.get("/").await;
    assert!(home.has(&id) && home.has(">Approve</button>") && home.has("1 wait for your vote"));
    assert!(!Browser::of(&world, "sec1").await.get("/").await.has(&id));
}

/// The picture of issue 2: header, steps, rule, counts, time left.
#[tokio::test]
async fn a_request_is_drawn_with_its_chain() {
    let world = World::new().await;
    let dev = Browser::of(&world, "dev").await;
    let id = dev.ask("prod-db", "4h", "billing migration").await;
    Browser::of(&world, "lisa").await.post(&format!("/requests/{id}/approve"), &[("note", "go")]).await;
    let page = dev.get(&format!("/requests/{id}")).await;
    for words in [
        "<strong>sre-prod-db</strong>",
        "3-step chain · priority high · 30 min per step",
        "approved by lisa@acme.com",
        "level &#62;= team-lead",
        "1 of 3",
        "0 of 1 (2 can)",
        "team = security",
        "billing migration",
        "30m left",
        "sre-prod-db takes it",
        "manager@acme.com",
        "This is your own request",
        "voted yes, step opened",
    ] {
        assert!(page.has(words), "{words}");
    }
}

#[tokio::test]
async fn all_requests_are_searched_filtered_and_paged() {
    let world = World::new().await;
    let dev = Browser::of(&world, "dev").await;
    for n in 0..30 {
        let id = dev.ask("grafana", "10m", &format!("look number {n}")).await;
        dev.post(&format!("/requests/{id}/cancel"), &[]).await;
        world.clock.advance(chrono::TimeDelta::seconds(1));
    }
    let first = dev.get("/requests").await;
    assert!(first.has("look number 29") && !first.has("look number 2<") && first.has(">Older</a>"));
    let start = first.text.find("cursor=").unwrap();
    let cursor = first.text[start + 7..].split('"').next().unwrap();
    let second = dev.get(&format!("/requests?cursor={cursor}")).await;
    assert!(second.has("look number 2<") && !second.has("look number 29"));
    assert!(dev.get("/requests?q=number+17").await.has("look number 17"));
    assert!(!dev.get("/requests?q=number+17").await.has("look number 18"));
    assert!(dev.get("/requests?state=withdrawn").await.has("look number 29"));
    assert!(dev.get("/requests?state=pending").await.has("No requests that you may see"));
}

#[tokio::test]
async fn the_trail_is_for_auditors_and_verified() {
    let world = World::new().await;
    let id = Browser::of(&world, "dev").await.ask("grafana", "10m", "a look").await;
    let page = Browser::of(&world, "manager").await.get("/audit").await;
    assert!(
        page.has(&id) && page.has("opened") && page.has("format=csv") && page.has("all 1 entries"),
        "{}",
        page.text
    );
    let page = Browser::of(&world, "dev").await.get("/audit").await;
    assert!(page.has(&id) && page.has("for auditors") && !page.has("all 1 entries"), "their own: {}", page.text);
    let page = Browser::of(&world, "dev").await.get("/audit?resource=grafana").await;
    assert!(page.has(&id));
    let page = Browser::of(&world, "sec1").await.get("/audit").await;
    assert!(!page.has(&id) && page.has("for auditors"), "others' are not: {}", page.text);
    let page = Browser::of(&world, "manager").await.get("/audit?resource=prod-db").await;
    assert!(!page.has(&id) && page.has("No entries match"));
}

#[tokio::test]
async fn the_policy_is_shown_as_configured() {
    let world = World::new().await;
    let page = Browser::of(&world, "dev").await.get("/policy").await;
    for words in
        ["k8s-prod", "read-only, read-write", "sre-prod-db", "priority high", "2 needed, within 30 min", "rule trusted"]
    {
        assert!(page.has(words), "{words}");
    }
}

#[tokio::test]
async fn the_policy_links_what_can_be_asked_for() {
    let policy = countersign_kit::acme();
    let mut lonely = policy.resources.values().next().unwrap().clone();
    (lonely.id, lonely.tags) = ("lonely".into(), Default::default());
    let mut resources = policy.resources.clone();
    resources.insert(lonely.id.clone(), lonely);
    let mut workflows = policy.workflows.clone();
    for workflow in workflows.values_mut() {
        workflow.when.resources = vec![countersign_engine::workflow::ResourceMatch::Id("grafana".into())];
    }
    let policy = countersign_engine::policy::Policy { resources, workflows, ..policy };
    let world = World::made(Making { policy, ..Making::default() }).await;
    let page = Browser::of(&world, "dev").await.get("/policy").await;
    assert!(page.has("resource=grafana\">ask for it</a>"), "{}", page.text);
    assert!(!page.has("resource=lonely") && page.has("no workflow is for it<"), "{}", page.text);
}

/// Browsers get a page with a way on, programs a problem.
#[tokio::test]
async fn where_nothing_is_there_is_a_way_on() {
    let world = World::new().await;
    let dev = Browser::of(&world, "dev").await;
    let browser = dev.get_as("/nothing/here", "text/html,application/xhtml+xml;q=0.9").await;
    assert!(browser.status == 404 && browser.has("Not found") && browser.has("href=\"/policy\""), "{}", browser.text);
    assert!(browser.headers["content-security-policy"].to_str().unwrap().contains("default-src 'self'"));
    let missing = dev.get("/requests/req-none").await;
    assert!(missing.status == 404 && missing.has("href=\"/policy\""));
    for (path, accept) in [("/nothing/here", "*/*"), ("/api/v1/nothing", "text/html")] {
        let program = dev.get_as(path, accept).await;
        assert_eq!(program.headers["content-type"], "application/problem+json", "{path}");
    }
    let nobody = Browser::new(&world).get_as("/nothing", "text/html").await;
    assert!(nobody.status == 404 && !nobody.has("href=\"/policy\""));
}

/// What one may not see is not there (THREATS E03).
#[tokio::test]
async fn abuse_e03_other_peoples_requests_are_not_found() {
    let world = World::new().await;
    let lisa = Browser::of(&world, "lisa").await;
    let id = lisa.ask("grafana", "10m", "a look").await;
    let dev = Browser::of(&world, "dev").await;
    let (theirs, none) = (dev.get(&format!("/requests/{id}")).await, dev.get("/requests/req-none").await);
    assert_eq!((theirs.status.as_u16(), none.status.as_u16()), (404, 404));
    assert_eq!(theirs.text, none.text);
    for verb in ["approve", "cancel", "end", "revoke", "secret"] {
        let page = dev.post(&format!("/requests/{id}/{verb}"), &[("note", "x")]).await;
        assert_eq!(page.status, 404, "{verb}");
    }
}
