//! Voting by form: yes, no, and less than was asked.

use crate::{browser::Browser, world::World};

/// rule 20
#[tokio::test]
async fn an_approver_allows_less() {
    let world = World::new().await;
    let (dev, lisa) = (Browser::of(&world, "dev").await, Browser::of(&world, "lisa").await);
    let id = dev.ask("prod-db", "4h", "migration").await;
    let page = format!("/requests/{id}");
    let fields = [("duration", "2h"), ("access", "read-only"), ("note", "enough"), ("step", "0")];
    assert_eq!(lisa.post(&format!("{page}/approve"), &fields).await.location(), page);
    assert!(dev.get(&page).await.has("trimmed to read-only, 2h by lisa@acme.com"));
}

#[tokio::test]
async fn a_refused_vote_keeps_what_was_typed() {
    let world = World::new().await;
    let (dev, lisa) = (Browser::of(&world, "dev").await, Browser::of(&world, "lisa").await);
    let id = dev.ask("prod-db", "4h", "migration").await;
    for (duration, status) in [("5h", 422), ("soon", 422)] {
        let fields = [("duration", duration), ("note", "a considered note")];
        let page = lisa.post(&format!("/requests/{id}/approve"), &fields).await;
        assert_eq!(page.status, status, "{duration}");
        assert!(page.has("value=\"a considered note\"") && page.has(&format!("value=\"{duration}\"")));
        assert!(page.has("role=\"alert\""));
    }
    let stale = lisa.post(&format!("/requests/{id}/approve"), &[("step", "2")]).await;
    assert_eq!(stale.status, 409);
}

/// rules 11, 21
#[tokio::test]
async fn those_who_may_not_vote_are_told_why() {
    let world = World::new().await;
    let (dev, lisa) = (Browser::of(&world, "dev").await, Browser::of(&world, "lisa").await);
    let id = dev.ask("grafana", "10m", "a look").await;
    let approve = format!("/requests/{id}/approve");
    assert_eq!(dev.post(&approve, &[]).await.status, 403);
    assert_eq!(lisa.post(&format!("/requests/{id}/deny"), &[("note", "not today")]).await.status, 303);
    let late = Browser::of(&world, "manager").await.post(&approve, &[]).await;
    assert_eq!(late.status, 409);
    let page = dev.get(&format!("/requests/{id}")).await;
    assert!(page.has("Denied by lisa@acme.com") && page.has("not today"));
    assert!(!page.has(">Approve</button>"));
}

/// Going back leads only to pages of ours.
#[tokio::test]
async fn abuse_e01_back_never_leads_elsewhere() {
    let world = World::new().await;
    let dev = Browser::of(&world, "dev").await;
    let id = dev.ask("grafana", "10m", "a look").await;
    let page = dev.post(&format!("/requests/{id}/cancel"), &[("back", "//evil.example/")]).await;
    assert_eq!(page.location(), format!("/requests/{id}"));
}

#[tokio::test]
async fn there_are_no_other_verbs() {
    let world = World::new().await;
    let dev = Browser::of(&world, "dev").await;
    let id = dev.ask("grafana", "10m", "a look").await;
    assert_eq!(dev.post(&format!("/requests/{id}/grant"), &[]).await.status, 404);
}
