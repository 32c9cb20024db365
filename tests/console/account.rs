//! Linked accounts and API tokens.

use crate::{browser::Browser, world::World};
use countersign_engine::person::{Account, Platform};

fn slack() -> Account {
    Account { platform: Platform::Slack, tenant: "T123".into(), user: "U456".into() }
}

/// Says what linking means before it is done, and does it by POST only. THREATS A03
#[tokio::test]
async fn abuse_a03_linking_says_whom_it_lets_act_as_you() {
    let world = World::new().await;
    let dev = Browser::of(&world, "dev").await;
    let (code, _) = world.app.web.credentials.new_link(&slack()).await.unwrap();
    let followed = dev.get(&format!("/account/link?code={code}")).await;
    assert_eq!(followed.location(), "/account", "a code is typed; a link that somebody sends leads to no button");
    let page = dev.post("/account/link", &[("code", &code)]).await;
    assert!(page.has("Slack account <code>U456</code> in workspace <code>T123</code>"), "{}", page.text);
    assert!(page.has("approve as you") && page.has("If somebody sent you this code"));
    assert!(world.app.web.service.policy.get().directory.owner(&slack()).is_none());
    assert_eq!(dev.post("/account/link/confirm", &[("code", &code)]).await.location(), "/account");
    let owner = world.app.web.service.policy.get().directory.owner(&slack()).map(|p| p.id.to_string());
    assert_eq!(owner.as_deref(), Some("dev"));
    assert!(dev.get("/account").await.has("U456"));
    assert!(dev.post("/account/link/confirm", &[("code", &code)]).await.has("unknown, used or older"));
}

/// THREATS A03: an account that acts as one person is not taken over by another's session.
#[tokio::test]
async fn abuse_a03_an_account_that_is_somebodys_stays_theirs() {
    let world = World::new().await;
    let (dev, lisa) = (Browser::of(&world, "dev").await, Browser::of(&world, "lisa").await);
    let (code, _) = world.app.web.credentials.new_link(&slack()).await.unwrap();
    dev.post("/account/link/confirm", &[("code", &code)]).await;
    let (code, _) = world.app.web.credentials.new_link(&slack()).await.unwrap();
    assert!(lisa.post("/account/link/confirm", &[("code", &code)]).await.has("acts as somebody else"));
    let owner = world.app.web.service.policy.get().directory.owner(&slack()).map(|p| p.id.to_string());
    assert_eq!(owner.as_deref(), Some("dev"));
}

#[tokio::test]
async fn one_unlinks_ones_own_accounts_only() {
    let world = World::new().await;
    let (dev, lisa) = (Browser::of(&world, "dev").await, Browser::of(&world, "lisa").await);
    let (code, _) = world.app.web.credentials.new_link(&slack()).await.unwrap();
    dev.post("/account/link/confirm", &[("code", &code)]).await;
    let fields = [("platform", "slack"), ("tenant", "T123"), ("user", "U456")];
    assert_eq!(lisa.post("/account/unlink", &fields).await.status, 404);
    assert!(world.app.web.service.policy.get().directory.owner(&slack()).is_some());
    assert_eq!(dev.post("/account/unlink", &fields).await.location(), "/account");
    assert!(world.app.web.service.policy.get().directory.owner(&slack()).is_none());
}

/// THREATS E04
#[tokio::test]
async fn abuse_e04_a_token_is_shown_once_works_and_is_revoked() {
    let world = World::new().await;
    let (dev, lisa) = (Browser::of(&world, "dev").await, Browser::of(&world, "lisa").await);
    let page = dev.post("/account/tokens", &[("label", "laptop")]).await;
    assert_eq!(page.headers["cache-control"], "no-store");
    let start = page.text.find("csn_").expect("a token");
    let token = page.text[start..].split('<').next().unwrap().to_owned();
    assert_eq!(world.token(&token).get("/api/v1/catalog").await.status, 200);
    let later = dev.get("/account").await;
    assert!(!later.has("csn_") && later.has("laptop"));
    let hash = later.field("hash");
    assert_eq!(lisa.post("/account/tokens/revoke", &[("hash", &hash)]).await.status, 404);
    assert_eq!(dev.post("/account/tokens/revoke", &[("hash", &hash)]).await.location(), "/account");
    assert_eq!(world.token(&token).get("/api/v1/catalog").await.status, 401);
}
