//! The tour without a script: ask, approve, look, end, and the clock.

use crate::{browser::Browser, world::World};

pub async fn become_somebody<'w>(world: &'w World, person: &str) -> Browser<'w> {
    let mut browser = Browser::new(world);
    let page = browser.post("/demo/become", &[("person", person)]).await;
    assert_eq!(page.location(), "/demo");
    browser.take_cookie(&page);
    browser
}

pub fn token(page: &str, verb: &str) -> String {
    let start = page.find(&format!("value=\"{verb}:")).unwrap_or_else(|| panic!("no {verb}: {page}")) + 7;
    page[start..].split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn the_tour_opens_and_closes_the_page() {
    let world = World::new().await;
    let dev = become_somebody(&world, "dev").await;
    assert_eq!(dev.get("/demo/grafana").await.status, 403);
    let said = dev.post("/demo/say", &[("text", "/access grafana 10m looking at the dashboards")]).await;
    assert_eq!(said.location(), "/demo#end");
    let chat = dev.get("/demo").await;
    let approve = token(&chat.text, "approve");
    dev.post("/demo/press", &[("token", &approve)]).await;
    assert!(dev.get("/demo").await.has("This is your own request"));
    let lisa = become_somebody(&world, "lisa").await;
    assert!(!lisa.get("/demo").await.has("This is your own request"), "answers are private");
    lisa.post("/demo/press", &[("token", &approve)]).await;
    world.settle().await;
    assert!(dev.get("/demo").await.has("approved by lisa@acme.com"));
    let open = dev.get("/demo/grafana").await;
    assert!(open.status == 200 && open.has("Requests per second") && open.has("10m left"));
    assert_eq!(lisa.get("/demo/grafana").await.status, 403);
    // Past its time the page is closed even before the timer has run (rule 26).
    dev.post("/demo/clock", &[("by", "31m")]).await;
    assert_eq!(dev.get("/demo/grafana").await.status, 403);
    world.settle().await;
    assert!(dev.get("/demo").await.has("the time was over"));
    // The tour does not go back when somebody plays on.
    dev.post("/demo/say", &[("text", "/access grafana 10m again")]).await;
    assert_eq!(dev.get("/demo").await.text.matches("<li class=\"done\"").count(), 4);
}

#[tokio::test]
async fn what_cannot_be_read_gets_a_private_answer() {
    let world = World::new().await;
    let dev = become_somebody(&world, "dev").await;
    for (text, answer) in [
        ("/access grafan 10m x", "grafana"),
        ("/access prod-db 9h x", "8h"),
        ("/access help", "/access list"),
        ("/access explain prod-db 4h", "Workflow sre-prod-db applies"),
        ("/access list", "You have no requests yet."),
        ("/access cancel", ""),
    ] {
        let page = dev.post("/demo/say", &[("text", text)]).await;
        assert_eq!(page.status, 303, "{text}: {}", page.text);
        assert!(dev.get("/demo").await.has(answer), "{text}");
    }
    assert_eq!(world.store.audit_head().await.unwrap().size, 0);
}

#[tokio::test]
async fn subcommands_work_and_cards_of_other_origin_appear() {
    let world = World::new().await;
    let dev = become_somebody(&world, "dev").await;
    let id = world.api("dev").request("grafana", "10m").await.id();
    assert!(dev.get("/demo").await.has(&format!("data-card=\"{id}\"")));
    for (text, answer) in [
        ("/access status", "Waiting for 1 approval"),
        ("/access list", &*format!("{id} · grafana")),
        ("/access who", "lisa@acme.com"),
    ] {
        dev.post("/demo/say", &[("text", text)]).await;
        assert!(dev.get("/demo").await.has(answer), "{text}");
    }
    dev.post("/demo/say", &[("text", "/access cancel")]).await;
    assert!(dev.get("/demo").await.has("withdrawn"));
    dev.post("/demo/clear", &[]).await;
    assert!(dev.get("/demo").await.has("Grafana is closed."));
}

/// The tour's button switches and types in one press.
#[tokio::test]
async fn typing_as_somebody_else_switches() {
    let world = World::new().await;
    let mut lisa = become_somebody(&world, "lisa").await;
    let page = lisa.post("/demo/say", &[("text", "/access grafana 10m x"), ("person", "dev")]).await;
    lisa.take_cookie(&page);
    assert!(lisa.get("/").await.has("Cancel request"));
}

#[tokio::test]
async fn nobody_becomes_somebody_who_is_not_there() {
    let world = World::new().await;
    let page = Browser::new(&world).post("/demo/become", &[("person", "mallory")]).await;
    assert!(page.status == 404 && !page.headers.contains_key("set-cookie"));
}
