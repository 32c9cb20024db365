//! Asking, previewing, ending.

use crate::{browser::Browser, world::World};
use countersign_engine::ports::Secret;

#[tokio::test]
async fn preview_works_without_a_script_and_opens_nothing() {
    let world = World::new().await;
    let dev = Browser::of(&world, "dev").await;
    let page = dev.get("/requests/new?resource=prod-db&duration=4h&reason=migration").await;
    for words in [
        "sre-prod-db",
        "Team lead",
        "2 of 4, within 30 min",
        "the access level is not read-only",
        "migration</textarea>",
    ] {
        assert!(page.has(words), "{words}: {}", page.text);
    }
    assert!(dev.get("/requests/new?resource=prod-db&duration=9h").await.has("8h"));
    assert!(dev.get("/requests/new?resource=prod-db&duration=soon").await.has("&#34;soon&#34;"));
    assert!(!dev.get("/requests/new?resource=prod-db&duration=until+18:00").await.has("is not a duration"));
    assert_eq!(world.store.audit_head().await.unwrap().size, 0);
}

/// Nothing that was typed is lost (rule 44).
#[tokio::test]
async fn a_refused_request_comes_back_with_what_was_typed() {
    let world = World::new().await;
    let dev = Browser::of(&world, "dev").await;
    let fields = [("resource", "prod-db"), ("duration", "9h"), ("reason", "a long story")];
    let page = dev.post("/requests", &fields).await;
    assert_eq!(page.status, 422);
    assert!(page.has("a long story</textarea>") && page.has("value=\"9h\"") && page.has("8h"));
}

/// rule 31
#[tokio::test]
async fn a_double_click_opens_one_request() {
    let world = World::new().await;
    let dev = Browser::of(&world, "dev").await;
    let key = dev.get("/requests/new").await.field("key");
    let fields = [("resource", "grafana"), ("duration", "10m"), ("key", key.as_str())];
    let (first, second) = (dev.post("/requests", &fields).await, dev.post("/requests", &fields).await);
    assert_eq!(first.location(), second.location());
    assert_ne!(dev.get("/requests/new").await.field("key"), key);
}

/// rule 32
#[tokio::test]
async fn the_holder_ends_and_the_page_says_so() {
    let world = World::new().await;
    let (dev, lisa) = (Browser::of(&world, "dev").await, Browser::of(&world, "lisa").await);
    let id = dev.ask("grafana", "10m", "a look").await;
    let page = format!("/requests/{id}");
    lisa.post(&format!("{page}/approve"), &[]).await;
    world.settle().await;
    assert!(dev.get(&page).await.has("Access is active"));
    assert!(dev.get(&page).await.has(">End access</button>") && lisa.get(&page).await.has(">Revoke</button>"));
    assert_eq!(dev.post(&format!("{page}/end"), &[("back", "/")]).await.location(), "/");
    world.settle().await;
    assert!(dev.get(&page).await.has("ended early by dev@acme.com"));
    let again = dev.post(&format!("{page}/end"), &[]).await;
    assert_eq!(again.status, 409);
}

#[tokio::test]
async fn a_password_is_shown_once_and_to_its_holder_only() {
    let world = World::new().await;
    let (dev, lisa) = (Browser::of(&world, "dev").await, Browser::of(&world, "lisa").await);
    let id = dev.ask("grafana", "10m", "a look").await;
    let request = world.store.request(&id).await.unwrap().unwrap();
    let sealed = world.app.web.service.vault.seal(&Secret::new("correct <horse>"), request.id.as_str()).unwrap();
    world.store.put_secret(&request.id, &sealed, world.now()).await.unwrap();
    let page = format!("/requests/{id}");
    assert!(dev.get(&page).await.has("Show password once") && !lisa.get(&page).await.has("Show password once"));
    let refused = dev.post(&format!("{page}/secret"), &[]).await;
    assert!(refused.status == 409 && refused.has("nothing to show"), "no access yet, no password: {}", refused.text);
    lisa.post(&format!("{page}/approve"), &[]).await;
    world.settle().await;
    assert_eq!(lisa.post(&format!("{page}/secret"), &[]).await.status, 403);
    assert_eq!(dev.get(&format!("{page}/secret")).await.status, 405);
    let shown = dev.post(&format!("{page}/secret"), &[]).await;
    assert!(shown.has("correct &#60;horse&#62;"));
    assert_eq!(shown.headers["cache-control"], "no-store");
    assert!(dev.post(&format!("{page}/secret"), &[]).await.has("no password to show"));
    assert!(!dev.get(&page).await.has("Show password once"));
}
