//! After revocation nothing is left: no login, no session, no object that carries the holder's rights.

use crate::world::World;
use countersign_engine::ports::{Connector, Observation, Outcome};

/// THREATS C06: `VALID UNTIL`, `NOLOGIN` and even `DROP ROLE` leave an open session alone.
#[tokio::test]
async fn abuse_c06_an_open_session_is_cut() {
    let Some(world) = World::new().await else { return };
    let connector = world.connector();
    let delivery = world.grant(&connector).await;
    let (idle, busy) = (world.log_in(&delivery).await.unwrap(), world.log_in(&delivery).await.unwrap());
    idle.query_one("SELECT count(*) FROM orders", &[]).await.unwrap();
    idle.batch_execute("BEGIN; INSERT INTO orders VALUES (3)").await.unwrap();
    let long = tokio::spawn(async move { busy.query("SELECT pg_sleep(600)", &[]).await });
    while world
        .count(&format!(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = '{}' AND query LIKE '%sleep%'",
            world.name("cs")
        ))
        .await
        == 0
    {
        tokio::task::yield_now().await;
    }

    assert_eq!(connector.revoke(&world.terms()).await, Outcome::Done(()));
    assert!(idle.query("SELECT count(*) FROM orders", &[]).await.is_err());
    assert!(long.await.unwrap().is_err());
    assert!(world.log_in(&delivery).await.is_err());
    assert_eq!(connector.observe(&world.terms()).await, Observation::Absent);
    assert_eq!(world.count("SELECT count(*) FROM orders").await, 2, "what was not committed is undone");
    world.clean(&[]).await;
}

/// THREATS C08: what is absent already counts as done, however it went.
#[tokio::test]
async fn abuse_c08_revoking_twice_or_after_a_drop_by_hand_is_done() {
    let Some(world) = World::new().await else { return };
    let connector = world.connector();
    assert_eq!(connector.revoke(&world.terms()).await, Outcome::Done(()), "never granted");
    world.grant(&connector).await;
    assert_eq!(connector.revoke(&world.terms()).await, Outcome::Done(()));
    assert_eq!(connector.revoke(&world.terms()).await, Outcome::Done(()));
    world.grant(&connector).await;
    world.sql(&format!("DROP ROLE {}", world.name("cs"))).await;
    assert_eq!(connector.revoke(&world.terms()).await, Outcome::Done(()));
    world.clean(&[]).await;
}

/// THREATS C07: objects in oddly named places, sequences, default privileges, grants by hand, a second database.
#[tokio::test]
async fn abuse_c07_whatever_the_holder_owns_is_taken_over() {
    let Some(world) = World::new().await else { return };
    let connector = world.connector();
    let second = world.name("second");
    world.sql(&format!("CREATE DATABASE {second}")).await;
    let delivery = world.grant(&connector).await;
    world.let_create().await;
    let session = world.log_in(&delivery).await.unwrap();
    let odd = r#""Odd ""Schema""; DROP TABLE orders; --""#;
    session
        .batch_execute(&format!(
            "CREATE SCHEMA {odd}; CREATE TABLE {odd}.\"Up \"\"Case\"\"\" (id serial PRIMARY KEY, note text); \
             INSERT INTO {odd}.\"Up \"\"Case\"\"\" (note) VALUES ('kept'); CREATE SEQUENCE public.\"sé q\"; \
             CREATE TYPE mood AS ENUM ('calm'); CREATE VIEW calm AS SELECT 'calm'::mood AS mood; \
             CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'; SELECT lo_create(0); \
             ALTER DEFAULT PRIVILEGES IN SCHEMA {odd} GRANT SELECT ON TABLES TO {rw}; \
             ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO PUBLIC; \
             GRANT SELECT ON {odd}.\"Up \"\"Case\"\"\" TO {rw}; CREATE TEMP TABLE scratch (id int)",
            rw = world.name("rw")
        ))
        .await
        .unwrap();
    let name = world.name("cs");
    world
        .sql(&format!("GRANT UPDATE ON orders TO {name} WITH GRANT OPTION; GRANT ALL ON DATABASE {second} TO {name}"))
        .await;
    world.sql(&format!("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO {name}")).await;
    let mut there = world.server.clone();
    let other = crate::world::connect(there.dbname(&second)).await.unwrap();
    other.batch_execute(&format!("CREATE TABLE mine (id int); ALTER TABLE mine OWNER TO {name}")).await.unwrap();
    drop(other);

    assert_eq!(connector.revoke(&world.terms()).await, Outcome::Done(()));
    assert_eq!(world.count(&format!("SELECT count(*) FROM {odd}.\"Up \"\"Case\"\"\" WHERE note = 'kept'")).await, 1);
    assert_eq!(world.count("SELECT count(*) FROM orders").await, 2);
    let heirs = format!(
        "SELECT count(*) FROM pg_class WHERE relowner = '{}'::regrole AND relkind IN ('r', 'v', 'S')",
        world.name("heir")
    );
    assert_eq!(world.count(&heirs).await, 4, "two tables' worth of relations, a sequence and a view");
    world.sql(&format!("DROP DATABASE {second} WITH (FORCE)")).await;
    world.clean(&[]).await;
}

/// THREATS C06: a function or a view runs with its owner's rights, so what is left behind must not keep any.
#[tokio::test]
async fn abuse_c06_a_function_left_behind_has_no_rights() {
    let Some(world) = World::new().await else { return };
    let connector = world.connector();
    let delivery = world.grant(&connector).await;
    world.let_create().await;
    let session = world.log_in(&delivery).await.unwrap();
    session
        .batch_execute(
            "CREATE FUNCTION back_door() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM orders'; \
             CREATE VIEW peep_hole AS SELECT * FROM orders; GRANT SELECT ON peep_hole TO PUBLIC",
        )
        .await
        .unwrap();
    let eve = world.name("eve");
    world
        .sql(&format!("CREATE ROLE {eve}; SET ROLE {eve}; SELECT back_door(); SELECT * FROM peep_hole; RESET ROLE"))
        .await;
    assert_eq!(connector.revoke(&world.terms()).await, Outcome::Done(()));
    world.sql(&format!("SET ROLE {eve}")).await;
    for sql in ["SELECT back_door()", "SELECT * FROM peep_hole"] {
        let error = world.root.batch_execute(sql).await.unwrap_err();
        assert_eq!(error.code().map(|code| code.code()), Some("42501"), "{sql}: {error:?}");
    }
    world.sql("RESET ROLE").await;
    world.clean(&[&eve]).await;
}

/// THREATS C06: while something stands in the way of dropping the role, its access is gone all the same, and it is said.
#[tokio::test]
async fn abuse_c06_access_ends_before_tidying_up() {
    let Some(world) = World::new().await else { return };
    let connector = world.connector();
    let delivery = world.grant(&connector).await;
    world.let_create().await;
    let session = world.log_in(&delivery).await.unwrap();
    session.batch_execute("CREATE TABLE mine (id int)").await.unwrap();
    world.sql(&format!("ALTER ROLE {0} RENAME TO {0}_gone", world.name("heir"))).await;
    let outcome = connector.revoke(&world.terms()).await;
    assert!(matches!(&outcome, Outcome::Unknown(why) if why.contains("heir")), "{outcome:?}");
    assert!(session.query("SELECT 1", &[]).await.is_err());
    assert!(world.log_in(&delivery).await.is_err());
    let groups = format!("SELECT count(*) FROM pg_auth_members WHERE member = '{}'::regrole", world.name("cs"));
    assert_eq!(world.count(&groups).await, 0);
    assert_eq!(connector.observe(&world.terms()).await, Observation::Present);
    world.sql(&format!("ALTER ROLE {0}_gone RENAME TO {0}", world.name("heir"))).await;
    assert_eq!(connector.revoke(&world.terms()).await, Outcome::Done(()));
    world.clean(&[]).await;
}
