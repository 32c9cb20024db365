//! Schemas. Each file runs once, in a transaction; two replicas that start together wait for one another.

use super::Result;
use sqlx::{
    PgConnection, SqlSafeStr, SqliteConnection,
    migrate::{Migration, MigrationType, Migrator},
};

const SQLITE: &[(i64, &str, &str)] = &[
    (1, "start", include_str!("../../migrations/sqlite/0001_start.sql")),
    (2, "delivery", include_str!("../../migrations/sqlite/0002_delivery.sql")),
    (3, "webhooks", include_str!("../../migrations/sqlite/0003_webhooks.sql")),
    (4, "instance", include_str!("../../migrations/sqlite/0004_instance.sql")),
];
const POSTGRES: &[(i64, &str, &str)] = &[
    (1, "start", include_str!("../../migrations/postgres/0001_start.sql")),
    (2, "delivery", include_str!("../../migrations/postgres/0002_delivery.sql")),
    (3, "webhooks", include_str!("../../migrations/postgres/0003_webhooks.sql")),
    (4, "instance", include_str!("../../migrations/postgres/0004_instance.sql")),
];

/// By hand, because `sqlx::migrate!` would compile both drivers a second time for the compiler.
fn migrator(files: &[(i64, &'static str, &'static str)]) -> Migrator {
    let migration = |&(version, name, text): &(i64, &'static str, &'static str)| {
        Migration::new(version, name.into(), MigrationType::Simple, text.into_sql_str(), false)
    };
    Migrator::with_migrations(files.iter().map(migration).collect())
}

/// SQLite has no lock around the whole run: a process that loses the race for a file finds it done when it looks again.
pub(super) async fn sqlite(db: &mut SqliteConnection) -> Result<()> {
    let migrator = migrator(SQLITE);
    for _ in SQLITE {
        // Each race that is lost was won by somebody who brought the schema one file further.
        if migrator.run_direct(None, db, false).await.is_ok() {
            return Ok(());
        }
    }
    Ok(migrator.run_direct(None, db, false).await?)
}

/// sqlx takes an advisory lock for the whole run.
pub(super) async fn postgres(db: &mut PgConnection) -> Result<()> {
    Ok(migrator(POSTGRES).run_direct(None, db, false).await?)
}
