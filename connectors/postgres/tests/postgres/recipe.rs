//! The rights that README.md names are enough, and without them `check` says what is missing.

use crate::world::World;
use countersign_engine::ports::{Connector, Observation, Outcome};

/// README.md's recipe, with this test's names in place of its own.
fn recipe(world: &World) -> String {
    let readme = include_str!("../../README.md");
    let start = readme.find("```sql").unwrap() + 6;
    let block = &readme[start..start + readme[start..].find("```").unwrap()];
    block
        .replace("countersign_leftovers", &world.name("heir"))
        .replace("app_rw", &world.name("rw"))
        .replace("app", &world.name("db"))
        .replace("countersign", &world.name("admin"))
        .lines()
        .filter(|line| !line.starts_with("CREATE ROLE heir_"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[tokio::test]
async fn abuse_c18_readmes_recipe_is_enough_and_no_superuser() {
    let Some(world) = World::new().await else { return };
    world.sql(&recipe(&world)).await;
    let admin = world.name("admin");
    let mut settings = world.settings();
    settings.admin_user = admin.clone();
    let connector = world.connector_with(settings, "a-long-password", &[&world.name("rw")]);

    let preflight = connector.check().await.unwrap();
    assert_eq!(preflight.problems, Vec::<String>::new());
    assert!(preflight.identity.contains("not superuser"), "{}", preflight.identity);
    let delivery = world.grant(&connector).await;
    let session = world.log_in(&delivery).await.unwrap();
    session.query_one("SELECT count(*) FROM orders", &[]).await.unwrap();
    session.batch_execute("CREATE TEMP TABLE scratch (id serial)").await.unwrap();
    let lasting = session.batch_execute("CREATE TABLE lasting (id serial)").await;
    assert!(lasting.is_err(), "the recipe's groups may create nothing that outlives a session");
    assert_eq!(connector.observe(&world.terms()).await, Observation::Present);
    assert_eq!(connector.revoke(&world.terms()).await, Outcome::Done(()));
    assert!(session.query("SELECT 1", &[]).await.is_err());
    assert!(world.log_in(&delivery).await.is_err());
    assert_eq!(connector.observe(&world.terms()).await, Observation::Absent);
    assert_eq!(connector.revoke(&world.terms()).await, Outcome::Done(()));
    world.clean(&[&admin]).await;
}
