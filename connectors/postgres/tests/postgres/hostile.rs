//! THREATS C15: names that want to be SQL.

use crate::world::World;
use countersign_engine::ports::{Connector, Outcome};
use countersign_postgres::identifier;
use std::collections::BTreeSet;

const PIECES: [&str; 18] = [
    "\"",
    "\"\"",
    "'",
    "\\",
    ";",
    "--",
    "/*",
    "*/",
    "$$",
    " ",
    "\n",
    "\t",
    "%I",
    "é",
    "𝕏",
    "\u{202e}",
    "DROP ROLE x",
    "U&\"",
];

/// Every pair and many triples of what breaks quoting, none longer than a name may be.
fn names(tag: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (i, a) in PIECES.iter().enumerate() {
        for (j, b) in PIECES.iter().enumerate() {
            for c in [PIECES[(i + 7 * j) % 18], PIECES[(5 * i + j) % 18], PIECES[(i * j + 3) % 18], "x"] {
                names.insert(format!("{a}{b}{c}{tag}"));
            }
        }
    }
    names.into_iter().filter(|name| name.len() <= 63).collect()
}

#[tokio::test]
async fn abuse_c15_a_thousand_hostile_names_round_trip() {
    let Some(mut world) = World::new().await else { return };
    let names: Vec<String> = names(&world.tag).into_iter().collect();
    assert!(names.len() >= 1000, "{}", names.len());
    let transaction = world.root.transaction().await.unwrap();
    for name in &names {
        let quoted = identifier(name).unwrap();
        transaction.batch_execute(&format!("CREATE ROLE {quoted}")).await.unwrap_or_else(|e| panic!("{name:?}: {e:?}"));
        // The server agrees that this is one name, and that name.
        let parts = "SELECT (parse_ident($1))[1], array_length(parse_ident($1), 1)";
        let row = transaction.query_one(parts, &[&quoted]).await.unwrap();
        assert_eq!((row.get::<_, String>(0), row.get::<_, i32>(1)), (name.clone(), 1));
    }
    let sql = "SELECT count(*) FROM pg_roles WHERE rolname::text = ANY($1)";
    assert_eq!(transaction.query_one(sql, &[&names]).await.unwrap().get::<_, i64>(0), names.len() as i64);
    transaction.rollback().await.unwrap();
    world.clean(&[]).await;
}

#[tokio::test]
async fn abuse_c15_hostile_roles_holders_and_databases_are_only_names() {
    let Some(world) = World::new().await else { return };
    let tag = &world.tag;
    let roles: Vec<String> = [r#"a"; DROP TABLE orders; --"#, r#"B ' \ C"#, "U&\"é\n", "$$ %I"]
        .iter()
        .map(|hostile| format!("{hostile}{tag}"))
        .collect();
    let database = format!("d\"b'; {tag}");
    world.sql(&format!("CREATE DATABASE {}", identifier(&database).unwrap())).await;
    for role in &roles {
        let role = identifier(role).unwrap();
        world.sql(&format!("CREATE ROLE {role}; GRANT SELECT ON orders TO {role}")).await;
    }
    let refs: Vec<&str> = roles.iter().map(String::as_str).collect();
    let password = String::from_utf8(world.server.get_password().unwrap_or_default().to_vec()).unwrap();
    let mut settings = world.settings();
    settings.database = database.clone();
    let connector = world.connector_with(settings, &password, &refs);
    let mut terms = world.terms();
    terms.holder = "o'brien \\'; DROP TABLE orders; --".into();
    terms.request = "'||(SELECT 1)||'".into();
    let Outcome::Done(delivery) = connector.grant(&terms, world.until().await).await else { panic!("not granted") };
    world.log_in(&delivery).await.unwrap();
    let groups = format!("SELECT count(*) FROM pg_auth_members WHERE member = '{}'::regrole", terms.target_name);
    assert_eq!(world.count(&groups).await, 4);
    let comment = format!("SELECT shobj_description('{}'::regrole, 'pg_authid')", terms.target_name);
    let comment: String = world.root.query_one(&comment, &[]).await.unwrap().get(0);
    assert!(comment.contains(terms.holder.as_str()) && comment.contains(terms.request.as_str()), "{comment}");
    assert_eq!(connector.check().await.unwrap().problems, Vec::<String>::new());
    assert_eq!(connector.revoke(&terms).await, Outcome::Done(()));
    assert_eq!(world.count("SELECT count(*) FROM orders").await, 2);
    world.sql(&format!("DROP DATABASE {} WITH (FORCE)", identifier(&database).unwrap())).await;
    world.clean(&refs).await;
}
