//! THREATS C06: holders who try to keep what they were granted.

use crate::world::World;
use countersign_engine::ports::{Connector, Observation, Outcome};

/// Whatever the holder runs first, it is out after one revocation.
async fn is_cut_after(sql: &str) {
    let Some(world) = World::new().await else { return };
    let connector = world.connector();
    let delivery = world.grant(&connector).await;
    let session = world.log_in(&delivery).await.unwrap();
    session.batch_execute(sql).await.unwrap();
    assert_eq!(connector.revoke(&world.terms()).await, Outcome::Done(()), "{sql}");
    assert!(session.query("SELECT count(*) FROM orders", &[]).await.is_err(), "{sql}");
    assert!(world.log_in(&delivery).await.is_err());
    assert_eq!(connector.observe(&world.terms()).await, Observation::Absent);
    world.clean(&[]).await;
}

#[tokio::test]
async fn abuse_c06_an_advisory_lock_holds_nothing_up() {
    is_cut_after("SELECT pg_advisory_lock(hashtextextended(session_user::text, 0))").await;
}

#[tokio::test]
async fn abuse_c06_an_open_change_of_ones_own_role_holds_nothing_up() {
    is_cut_after("BEGIN; ALTER ROLE CURRENT_USER PASSWORD 'mine'").await;
}

/// The role's row is locked by somebody who cannot be cut: the holder's rights and sessions end all the same.
#[tokio::test]
async fn abuse_c06_access_ends_even_when_the_role_cannot_be_closed() {
    let Some(world) = World::new().await else { return };
    let connector = world.connector();
    let delivery = world.grant(&connector).await;
    let session = world.log_in(&delivery).await.unwrap();
    world.sql(&format!("BEGIN; ALTER ROLE {} CONNECTION LIMIT 4", world.name("cs"))).await;
    let outcome = connector.revoke(&world.terms()).await;
    assert!(matches!(&outcome, Outcome::Unknown(why) if why.contains("cannot close")), "{outcome:?}");
    assert!(session.query("SELECT 1", &[]).await.is_err());
    let again = world.log_in(&delivery).await.unwrap();
    assert!(again.query("SELECT count(*) FROM orders", &[]).await.is_err(), "no memberships are left");
    world.sql("ROLLBACK").await;
    assert_eq!(connector.revoke(&world.terms()).await, Outcome::Done(()));
    assert!(again.query("SELECT 1", &[]).await.is_err());
    world.clean(&[]).await;
}

/// A grant whose commit is still on its way when its revocation begins is waited for, not overlooked.
#[tokio::test]
async fn abuse_c06_a_role_about_to_be_committed_is_not_overlooked() {
    let Some(world) = World::new().await else { return };
    let (connector, name) = (world.connector(), world.name("cs"));
    world.sql(&format!("BEGIN; CREATE ROLE {name} LOGIN")).await;
    let outcome = connector.revoke(&world.terms()).await;
    assert!(matches!(&outcome, Outcome::DefinitelyNot(why) if why.contains("lock timeout")), "{outcome:?}");
    world.sql("COMMIT").await;
    assert_eq!(connector.revoke(&world.terms()).await, Outcome::Done(()));
    assert_eq!(world.count(&format!("SELECT count(*) FROM pg_roles WHERE rolname = '{name}'")).await, 0);
    world.clean(&[]).await;
}

#[tokio::test]
async fn abuse_c06_a_holder_cannot_use_up_the_connections() {
    let Some(world) = World::new().await else { return };
    let connector = world.connector();
    let delivery = world.grant(&connector).await;
    let mut sessions = Vec::new();
    for _ in 0..5 {
        sessions.push(world.log_in(&delivery).await.unwrap());
    }
    let sixth = world.log_in(&delivery).await.err().unwrap();
    assert_eq!(sixth.code().map(|code| code.code()), Some("53300"), "{sixth:?}");
    assert_eq!(connector.revoke(&world.terms()).await, Outcome::Done(()));
    world.clean(&[]).await;
}

/// Dropping a role by hand leaves its sessions alone, so the role's absence is not the access's.
#[tokio::test]
async fn abuse_c06_a_session_outlives_its_role_and_is_still_seen() {
    let Some(world) = World::new().await else { return };
    let connector = world.connector();
    let delivery = world.grant(&connector).await;
    let session = world.log_in(&delivery).await.unwrap();
    world.sql(&format!("DROP ROLE {}", world.name("cs"))).await;
    let seen = connector.observe(&world.terms()).await;
    assert!(matches!(&seen, Observation::Unknown(why) if why.contains("goes on")), "{seen:?}");
    assert_eq!(connector.revoke(&world.terms()).await, Outcome::Done(()));
    assert!(session.query("SELECT 1", &[]).await.is_err());
    assert_eq!(connector.observe(&world.terms()).await, Observation::Absent);
    world.clean(&[]).await;
}

/// Up to PostgreSQL 15 a holder can become its group, and what the group owns keeps the group's rights. So a group that may
/// create or own anything is refused; from 16 on `SET ROLE` is.
#[tokio::test]
async fn abuse_c06_a_group_that_can_leave_something_behind_is_refused() {
    let Some(world) = World::new().await else { return };
    let (connector, rw, database) = (world.connector(), world.name("rw"), world.name("db"));
    assert_eq!(connector.check().await.unwrap().problems, Vec::<String>::new());
    let delivery = world.grant(&connector).await;
    let session = world.log_in(&delivery).await.unwrap();
    let back_door = format!("SET ROLE {rw}; CREATE FUNCTION public.back_door() RETURNS int LANGUAGE sql AS 'SELECT 1'");
    let error = session.batch_execute(&back_door).await.unwrap_err();
    assert_eq!(error.code().map(|code| code.code()), Some("42501"), "{error:?}");

    let parent = world.name("parent");
    let grants = format!(
        "CREATE ROLE {parent}; GRANT {parent} TO {rw}; GRANT CREATE ON SCHEMA public TO {parent}; \
         GRANT CREATE ON DATABASE {database} TO {rw}; CREATE TABLE theirs (id int); ALTER TABLE theirs OWNER TO {parent}"
    );
    world.sql(&grants).await;
    let problems = connector.check().await.unwrap().problems;
    let mut says = vec![format!("owns objects in database {database}")];
    if world.count("SELECT current_setting('server_version_num')::bigint").await < 160_000 {
        says.push(format!("REVOKE CREATE ON SCHEMA public FROM {parent};"));
        says.push(format!("REVOKE CREATE ON DATABASE {database} FROM {rw};"));
    }
    assert_eq!(problems.len(), says.len(), "{problems:#?}");
    for says in says {
        assert!(problems.iter().any(|problem| problem.contains(&says)), "{says} is not in {problems:#?}");
    }
    assert_eq!(connector.revoke(&world.terms()).await, Outcome::Done(()));
    world.clean(&[&parent]).await;
}
