//! What granting makes, and what it refuses to make.

use crate::world::World;
use countersign_engine::ports::{Connector, Found, Observation, Outcome};

#[tokio::test]
async fn the_holder_can_log_in_and_query() {
    let Some(world) = World::new().await else { return };
    let connector = world.connector();
    assert_eq!(connector.observe(&world.terms()).await, Observation::Absent);
    let delivery = world.grant(&connector).await;
    let session = world.log_in(&delivery).await.unwrap();
    assert_eq!(session.query_one("SELECT count(*) FROM orders", &[]).await.unwrap().get::<_, i64>(0), 2);
    assert_eq!(connector.observe(&world.terms()).await, Observation::Present);
    assert_eq!(connector.list_ours().await.unwrap(), [Found { target_name: world.name("cs") }]);
    // The second belt: no new logins after `until`; and the comment tells an administrator what this is.
    let facts = format!(
        "SELECT count(*) FROM pg_roles WHERE rolname = '{}' AND rolvaliduntil BETWEEN now() + '59 min' AND now() + '61 min' \
         AND NOT rolsuper AND NOT rolcreaterole AND NOT rolcreatedb AND NOT rolreplication AND NOT rolbypassrls \
         AND shobj_description(oid, 'pg_authid') LIKE '%01JD8Q5M3V2ZK7R9T4W6X8Y0AB, for dev: prod-db (read-write)'",
        world.name("cs")
    );
    assert_eq!(world.count(&facts).await, 1);
    assert_eq!(connector.revoke(&world.terms()).await, Outcome::Done(()));
    world.clean(&[]).await;
}

/// THREATS C03: the same name again is the same role, brought up to date, with a password that works.
#[tokio::test]
async fn abuse_c03_granting_twice_makes_one_role() {
    let Some(world) = World::new().await else { return };
    let connector = world.connector();
    let first = world.grant(&connector).await;
    let (name, other) = (world.name("cs"), world.name("other"));
    world.sql(&format!("CREATE ROLE {other}; GRANT {other} TO {name}; ALTER ROLE {name} NOLOGIN")).await;
    world.sql(&format!("REVOKE {} FROM {name}", world.name("rw"))).await;
    let second = world.grant(&connector).await;
    assert_ne!(first.secret, second.secret);
    let session = world.log_in(&second).await.unwrap();
    session.query_one("SELECT count(*) FROM orders", &[]).await.unwrap();
    let groups = format!("SELECT count(*) FROM pg_auth_members WHERE member = '{name}'::regrole");
    assert_eq!(world.count(&groups).await, 1);
    assert_eq!(connector.list_ours().await.unwrap().len(), 1);
    assert_eq!(connector.revoke(&world.terms()).await, Outcome::Done(()));
    world.clean(&[&other]).await;
}

#[tokio::test]
async fn a_role_that_is_not_ours_is_left_alone() {
    let Some(world) = World::new().await else { return };
    let name = world.name("cs");
    world.sql(&format!("CREATE ROLE {name} LOGIN")).await;
    let outcome = world.connector().grant(&world.terms(), world.until().await).await;
    assert!(matches!(&outcome, Outcome::DefinitelyNot(why) if why.contains("did not make")), "{outcome:?}");
    assert_eq!(world.connector().list_ours().await.unwrap(), []);
    world.clean(&[&name]).await;
}

#[tokio::test]
async fn what_cannot_be_granted_changes_nothing() {
    let Some(world) = World::new().await else { return };
    let (maker, way) = (world.name("maker"), world.name("way"));
    world.sql(&format!("CREATE ROLE {maker} CREATEROLE; CREATE ROLE {way}; GRANT {maker} TO {way}")).await;
    let password = String::from_utf8(world.server.get_password().unwrap_or_default().to_vec()).unwrap();
    for (role, says) in [
        ("no such role", "no role \"no such role\""),
        (maker.as_str(), "outlives a grant"),
        (way.as_str(), "outlives a grant"),
        ("pg_execute_server_program", "outlives a grant"),
        (world.server.get_user().unwrap(), "outlives a grant"),
        (&"x".repeat(64), "63 bytes"),
    ] {
        let connector = world.connector_with(world.settings(), &password, &[&world.name("rw"), role]);
        let outcome = connector.grant(&world.terms(), world.until().await).await;
        assert!(matches!(&outcome, Outcome::DefinitelyNot(why) if why.contains(says)), "{role}: {outcome:?}");
        assert_eq!(connector.observe(&world.terms()).await, Observation::Absent);
    }
    world.clean(&[&way, &maker]).await;
}

#[tokio::test]
async fn terms_that_the_policy_does_not_map_are_refused() {
    let Some(world) = World::new().await else { return };
    let connector = world.connector();
    let mut terms = world.terms();
    terms.access = "read-only".into();
    let outcome = connector.grant(&terms, world.until().await).await;
    assert!(matches!(&outcome, Outcome::DefinitelyNot(why) if why.contains("no role for read-only")), "{outcome:?}");
    terms.resource = "other-db".into();
    let outcome = connector.grant(&terms, world.until().await).await;
    assert!(matches!(&outcome, Outcome::DefinitelyNot(why) if why.contains("no roles for other-db")), "{outcome:?}");
    world.clean(&[]).await;
}
