//! `check` names every missing right with the SQL that grants it, and that SQL solves it.

use crate::world::{World, terms};
use countersign_engine::ports::{Connector, Outcome};

#[tokio::test]
async fn every_hint_solves_its_problem() {
    let Some(world) = World::new().await else { return };
    let (admin, heir) = (world.name("admin"), world.name("heir"));
    let database = world.name("db");
    world
        .sql(&format!(
            "CREATE ROLE {admin} LOGIN NOINHERIT PASSWORD 'pw'; REVOKE ALL ON DATABASE {database} FROM PUBLIC"
        ))
        .await;
    world
        .sql(&format!("ALTER ROLE {heir} RENAME TO {heir}_later; GRANT CONNECT ON DATABASE {database} TO {admin}"))
        .await;
    let rw = world.name("rw");
    world.sql(&format!("GRANT CREATE ON SCHEMA public TO {rw}; GRANT CREATE ON DATABASE {database} TO {rw}")).await;
    let mut settings = world.settings();
    settings.admin_user = admin.clone();
    let connector = world.connector_with(settings, "pw", &[&world.name("rw")]);
    let first = connector.check().await.unwrap().problems;
    for says in [
        "CREATEROLE",
        "INHERIT",
        "pg_signal_backend",
        "CREATE ROLE \"heir_",
        "GRANT CREATE ON SCHEMA",
        "GRANT CREATE ON DATABASE",
    ] {
        assert!(first.iter().any(|problem| problem.contains(says)), "{says} is not in {first:#?}");
    }
    let outcome = connector.grant(&terms(&world.name("cs")), world.until().await).await;
    assert!(matches!(&outcome, Outcome::DefinitelyNot(why) if why.contains("countersign check")), "{outcome:?}");

    for _ in 0..3 {
        let mut problems = connector.check().await.unwrap().problems;
        // The role has to exist before anything can be granted to it.
        problems.sort_by_key(|problem| !problem.contains("CREATE ROLE \"heir_"));
        for problem in problems {
            let hint = problem.split_once("hint: ").unwrap().1;
            world.sql(hint.rsplit_once(": ").map_or(hint, |(_, sql)| sql)).await;
        }
    }
    assert_eq!(connector.check().await.unwrap().problems, Vec::<String>::new());
    world.clean(&[&format!("{heir}_later"), &admin]).await;
}

#[tokio::test]
async fn roles_that_do_not_fit_are_named() {
    let Some(world) = World::new().await else { return };
    let (maker, heir) = (world.name("maker"), world.name("heir"));
    world.sql(&format!("CREATE ROLE {maker} CREATEROLE; GRANT {} TO {heir}", world.name("rw"))).await;
    let password = String::from_utf8(world.server.get_password().unwrap_or_default().to_vec()).unwrap();
    let connector = world.connector_with(world.settings(), &password, &[&maker, "nobody here", &"x".repeat(64)]);
    let problems = connector.check().await.unwrap().problems;
    assert_eq!(problems.len(), 4, "{problems:#?}");
    for says in ["rights of its own", "outlives a grant", "no role \"nobody here\"", "63 bytes"] {
        assert!(problems.iter().any(|problem| problem.contains(says)), "{says} is not in {problems:#?}");
    }
    world.clean(&[&maker]).await;
}
