//! Signing in and out.

use crate::{
    browser::{Browser, ORIGIN},
    world::{Making, World},
};

async fn world() -> World {
    World::made(Making { demo: false, ..Making::default() }).await
}

/// THREATS B13
#[tokio::test]
async fn abuse_b13_looking_at_a_login_link_uses_nothing_up() {
    let world = world().await;
    let code = world.app.web.credentials.new_login(&"dev".into()).await.unwrap();
    let mut browser = Browser::new(&world);
    for _ in 0..3 {
        let page = browser.get(&format!("/login/{code}")).await;
        assert!(page.has("Sign in") && !page.headers.contains_key("set-cookie"));
    }
    let page = browser.post(&format!("/login/{code}"), &[]).await;
    assert_eq!(page.location(), "/");
    let cookie = page.headers["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"), "{cookie}");
    browser.take_cookie(&page);
    assert_eq!(browser.get("/").await.status, 200);
    let again = Browser::new(&world).post(&format!("/login/{code}"), &[]).await;
    assert!(again.has("used, unknown or older") && !again.headers.contains_key("set-cookie"));
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let world = world().await;
    let dev = Browser::of(&world, "dev").await;
    let page = dev.post("/logout", &[]).await;
    assert_eq!(page.location(), "/login");
    assert!(page.headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(dev.get("/").await.location(), "/login");
}

/// THREATS E04
#[tokio::test]
async fn abuse_e04_a_session_that_nobody_uses_is_over() {
    let world = world().await;
    let dev = Browser::of(&world, "dev").await;
    assert_eq!(dev.get("/").await.status, 200);
    world.clock.advance(chrono::TimeDelta::minutes(31));
    assert_eq!(dev.get("/").await.location(), "/login");
}

#[tokio::test]
async fn outside_the_demo_there_is_no_demo() {
    let world = world().await;
    let dev = Browser::of(&world, "dev").await;
    assert_eq!(dev.get("/demo").await.status, 404);
    assert_eq!(dev.get("/demo/grafana").await.status, 404);
    for path in ["/demo/become", "/demo/say", "/demo/press", "/demo/clock", "/demo/clear"] {
        let fields = [("person", "lisa"), ("by", "5m"), ("text", "x"), ("token", "approve:01J00000000000000000000000")];
        assert_eq!(dev.post(path, &fields).await.status, 404, "{path}");
    }
    assert!(!dev.get("/").await.has("switcher"));
    let nobody = Browser::new(&world).post_as("/demo/become", &[("person", "lisa")], &[("origin", ORIGIN)]).await;
    assert_eq!(nobody.status, 404);
}
