//! The tour's stops, and what the demo's page offers to whom.

use crate::{
    browser::{Browser, ORIGIN},
    demo::{become_somebody, token},
    world::World,
};

/// Titles of the stops that are done, by number.
fn done(page: &str) -> usize {
    page.matches("<li class=\"done\"").count()
}

const DB: &str = "/access prod-db 4h fixing the billing migration";

#[tokio::test]
async fn what_others_do_ticks_nothing() {
    let world = World::new().await;
    let (lisa, dev) = (become_somebody(&world, "lisa").await, become_somebody(&world, "dev").await);
    lisa.post("/demo/say", &[("text", "/access grafana 10m mine")]).await;
    let id = world.api("dev").request("grafana", "10m").await.id();
    assert_eq!(done(&dev.get("/demo").await.text), 0);
    // Typing what is open already goes on with that one.
    dev.post("/demo/say", &[("text", "/access grafana 10m x")]).await;
    assert_eq!(done(&dev.get("/demo").await.text), 1);
    world.api("lisa").approve(&id).await;
    assert_eq!(done(&dev.get("/demo").await.text), 2);
}

#[tokio::test]
async fn a_request_that_came_to_nothing_is_asked_again() {
    let world = World::new().await;
    let (lisa, dev) = (become_somebody(&world, "lisa").await, become_somebody(&world, "dev").await);
    dev.post("/demo/say", &[("text", "/access grafana 10m x")]).await;
    let deny = token(&dev.get("/demo").await.text, "deny");
    lisa.post("/demo/press", &[("token", &deny)]).await;
    assert_eq!(done(&dev.get("/demo").await.text), 0);
}

#[tokio::test]
async fn the_chain_says_who_is_next() {
    let world = World::new().await;
    let dev = become_somebody(&world, "dev").await;
    dev.post("/demo/say", &[("text", "/access grafana 10m x")]).await;
    let approve = token(&dev.get("/demo").await.text, "approve");
    become_somebody(&world, "lisa").await.post("/demo/press", &[("token", &approve)]).await;
    world.settle().await;
    dev.get("/demo/grafana").await;
    let end = token(&dev.get("/demo").await.text, "end");
    dev.post("/demo/press", &[("token", &end)]).await;
    world.settle().await;
    let page = dev.get("/demo").await;
    assert!(done(&page.text) == 4 && page.has("Type it as Dev"), "{}", page.text);

    dev.post("/demo/say", &[("text", DB)]).await;
    for (person, name) in [("lisa", "Lisa"), ("manager", "Manager"), ("sec1", "Sec One"), ("sec2", "Sec Two")] {
        let page = dev.get("/demo").await;
        assert!(page.has(&format!("be {name} and press Approve")), "{name}: {}", page.text);
        assert!(page.has(&format!(">Be {name}</button>")) && !page.has("Type it as"), "{name}");
        let approve = token(&page.text, "approve");
        become_somebody(&world, person).await.post("/demo/press", &[("token", &approve)]).await;
    }
    assert!(dev.get("/demo").await.has("That was the tour."));
}

/// What only the holder or the requester may press stands on their card, and on nobody else's.
#[tokio::test]
async fn own_buttons_are_on_the_card() {
    let world = World::new().await;
    let (lisa, dev) = (become_somebody(&world, "lisa").await, become_somebody(&world, "dev").await);
    dev.post("/demo/say", &[("text", "/access grafana 10m x")]).await;
    let page = dev.get("/demo").await;
    assert!(page.has("value=\"cancel:") && !page.has("value=\"end:"));
    assert!(!lisa.get("/demo").await.has("value=\"cancel:"));
    lisa.post("/demo/press", &[("token", &token(&page.text, "approve"))]).await;
    world.settle().await;
    let page = dev.get("/demo").await;
    assert!(page.has("value=\"end:") && !page.has("value=\"cancel:"));
    assert!(!lisa.get("/demo").await.has("value=\"end:"));
}

#[tokio::test]
async fn a_tab_from_before_a_restart_finds_its_way() {
    let world = World::new().await;
    let mut tab = Browser::new(&world);
    tab.session = "from-before-the-restart".into();
    assert_eq!(tab.get("/requests").await.location(), "/demo");
    let page = tab.post_as("/demo/say", &[("text", DB), ("csrf", "old")], &[("origin", ORIGIN)]).await;
    assert_eq!(page.location(), "/demo?restarted=1");
    let page = tab.get(page.location()).await;
    assert!(page.has("The demo was restarted") && page.has("Start as Dev"));
    let dev = become_somebody(&world, "dev").await;
    assert!(!dev.get("/demo?restarted=1").await.has("The demo was restarted"));
}
