//! The writer on SQLite: WAL, `synchronous=FULL`.

use super::{Command, Core, Row};
use rusqlite::{Connection, Result, params};
use tokio::{runtime::Builder, sync::mpsc};

const SCHEMA: &str = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-65536;
    CREATE TABLE IF NOT EXISTS requests(number integer PRIMARY KEY, id text, state text, step int, voters int, deadline int);
    CREATE TABLE IF NOT EXISTS votes(seq integer PRIMARY KEY, request int, step int, person text);
    CREATE TABLE IF NOT EXISTS outbox(seq integer PRIMARY KEY, request int);";

/// Works until nobody can send commands any more.
pub fn sqlite(path: &str, mut commands: mpsc::Receiver<Command>) -> Result<()> {
    let db = Connection::open(path)?;
    db.execute_batch(SCHEMA)?;
    let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
    let mut core = Core::default();
    while runtime.block_on(core.gather(&mut commands)) {
        if !core.rows.is_empty() {
            db.execute_batch("BEGIN IMMEDIATE")?;
            for row in core.rows.drain(..) {
                write(&db, row)?;
            }
            db.execute_batch("COMMIT")?;
        }
        core.acknowledge();
    }
    Ok(())
}

fn write(db: &Connection, row: Row) -> Result<()> {
    match &row.created {
        Some((id, deadline)) => db
            .prepare_cached("INSERT INTO requests VALUES(?, ?, ?, ?, ?, ?)")?
            .execute(params![row.number, id, row.state, row.step, row.voters, deadline])?,
        None => {
            db.prepare_cached("INSERT INTO votes(request, step, person) VALUES(?, ?, ?)")?
                .execute(params![row.number, row.step, row.person])?;
            db.prepare_cached("UPDATE requests SET state = ?, step = ?, voters = ? WHERE number = ?")?
                .execute(params![row.state, row.step, row.voters, row.number])?
        }
    };
    db.prepare_cached("INSERT INTO outbox(request) VALUES(?)")?.execute([row.number])?;
    Ok(())
}
