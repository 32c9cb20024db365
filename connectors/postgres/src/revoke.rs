//! Taking the role of a grant away, in an order that ends the access first and tidies up afterwards (THREATS C06, C07).

use crate::{
    connector::Postgres,
    failure::Failure,
    quote::identifier,
    role::{self, Role},
    session,
};
use countersign_engine::grant::Terms;
use std::time::Duration;
use tokio_postgres::{Client, error::SqlState};

/// How long a session may take to end once told to.
const PATIENCE: Duration = Duration::from_secs(8);
const PAUSE: Duration = Duration::from_millis(50);
/// How often closing the role is tried; each try waits for [`CLOSING`] at most.
const ROUNDS: u32 = 12;
const CLOSING: &str = "SET lock_timeout = '500ms'";
const CLOSED: &str = "SET lock_timeout = '5s'";

/// Until the role is gone: read back, sessions included. A role that is not there is gone already (THREATS C08).
pub(crate) async fn revoke(postgres: &Postgres, terms: &Terms) -> Result<(), Failure> {
    let plain = &terms.target_name;
    let name = identifier(plain)?;
    let client = session::open(&postgres.settings, &postgres.password, &postgres.settings.database).await?;
    let Some(role) = role::find_surely(&client, plain).await? else {
        return cut_orphans(&client, postgres.database_of(terms)).await;
    };
    if let Err(failure) = close(&client, &name, &role).await {
        // Whoever can still log in finds that the role has no rights any more.
        strip(&client, &name, &role).await?;
        return Err(failure.after_changes());
    }
    finish(postgres, &client, plain, &name, &role).await.map_err(Failure::after_changes)
}

/// Nobody can log in as the role any more. A holder may change its own role too, and holds our change up as long as its
/// transaction is open; so its sessions are ended first, and again before each try (THREATS C06).
async fn close(client: &Client, name: &str, role: &Role) -> Result<(), Failure> {
    let failed = |e: tokio_postgres::Error| Failure::while_doing("cannot close the role", &e);
    client.batch_execute(CLOSING).await.map_err(failed)?;
    let mut last = None;
    for _ in 0..ROUNDS {
        if let Err(error) = role::terminate(client, role.oid).await {
            tracing::warn!(%error, role = name, "sessions cannot be ended before the role is closed");
        }
        match client.batch_execute(&format!("ALTER ROLE {name} NOLOGIN PASSWORD NULL")).await {
            Ok(()) => {
                last = None;
                break;
            }
            Err(error) if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) || client.is_closed() => {
                return Err(failed(error));
            }
            Err(error) => last = Some(error),
        }
    }
    client.batch_execute(CLOSED).await.map_err(failed)?;
    last.map_or(Ok(()), |error| Err(failed(error)))
}

async fn finish(postgres: &Postgres, client: &Client, plain: &str, name: &str, role: &Role) -> Result<(), Failure> {
    strip(client, name, role).await?;
    cut(client, role.oid).await?;
    dispose(postgres, client, name, role).await?;
    let dropping =
        |e: tokio_postgres::Error| Failure::while_doing("sessions are cut, but the role cannot be dropped", &e);
    client.batch_execute(&format!("DROP ROLE IF EXISTS {name}")).await.map_err(dropping)?;
    read_back(client, plain, role).await
}

/// Takes the memberships first: whoever came in through this role has nothing left, even while the rest has to wait.
/// One that somebody else gave by hand may refuse; dropping the role takes it too.
async fn strip(client: &Client, name: &str, role: &Role) -> Result<(), Failure> {
    let failed = |e: tokio_postgres::Error| Failure::while_doing("cannot read the role's memberships", &e);
    for group in role::memberships(client, role.oid).await.map_err(failed)? {
        let sql = format!("REVOKE {} FROM {name}", identifier(&group)?);
        if let Err(error) = client.batch_execute(&sql).await {
            tracing::warn!(%error, role = name, group, "a membership stays until the role is dropped");
        }
    }
    Ok(())
}

/// Ends sessions until there is none. `VALID UNTIL` and `NOLOGIN` stop new ones only.
async fn cut(client: &Client, oid: u32) -> Result<(), Failure> {
    let failed =
        |e: tokio_postgres::Error| Failure::while_doing("login is closed, but open sessions cannot be ended", &e);
    let rounds = PATIENCE.as_millis() / PAUSE.as_millis();
    for _ in 0..rounds {
        if role::terminate(client, oid).await.map_err(failed)? == 0 {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(Failure::Unsure(format!(
        "login is closed, but a session goes on {} s after it was told to end",
        PATIENCE.as_secs()
    )))
}

/// The role is gone, perhaps dropped by hand, which leaves its sessions alone.
async fn cut_orphans(client: &Client, database: &str) -> Result<(), Failure> {
    let failed = |e: tokio_postgres::Error| Failure::while_doing("cannot look for sessions", &e);
    for oid in role::orphans(client, database).await.map_err(failed)? {
        cut(client, oid).await?;
    }
    Ok(())
}

/// Gives what the role owns to the role without rights, and takes back what was granted to it, wherever that is.
async fn dispose(postgres: &Postgres, client: &Client, name: &str, role: &Role) -> Result<(), Failure> {
    let failed = |e: tokio_postgres::Error| Failure::while_doing("sessions are cut, but the role's traces stay", &e);
    let databases = databases_with_traces(client, role).await.map_err(failed)?;
    if databases.is_empty() {
        return Ok(());
    }
    adopt(client, name).await.map_err(failed)?;
    let heir = identifier(&postgres.settings.reassign_to)?;
    let sql = format!("BEGIN; REASSIGN OWNED BY {name} TO {heir}; DROP OWNED BY {name}; COMMIT");
    for database in databases {
        let there = |e: tokio_postgres::Error| {
            let doing =
                format!("sessions are cut, but what the role owns in database \"{database}\" cannot be taken over");
            Failure::while_doing(&doing, &e)
        };
        let other = session::open(&postgres.settings, &postgres.password, &database).await?;
        other.batch_execute(&sql).await.map_err(there)?;
    }
    Ok(())
}

/// The server itself knows where a role owns something or was granted something, so no list has to be kept. What is
/// shared among databases can be dealt with from any of them.
async fn databases_with_traces(client: &Client, role: &Role) -> Result<Vec<String>, tokio_postgres::Error> {
    let sql = "SELECT DISTINCT coalesce(d.datname::text, current_database()::text) \
               FROM pg_shdepend s LEFT JOIN pg_database d ON d.oid = s.dbid \
               WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = $1";
    Ok(client.query(sql, &[&role.oid]).await?.iter().map(|row| row.get(0)).collect())
}

/// Who is not a superuser must be a member of a role to give away what it owns. The membership ends with the role.
async fn adopt(client: &Client, name: &str) -> Result<(), tokio_postgres::Error> {
    if role::we_are_superuser(client).await? {
        return Ok(());
    }
    // From 16 on, members inherit per membership, and the creator's own does not.
    let with = if role::version(client).await? >= 160_000 { " WITH INHERIT TRUE" } else { "" };
    client.batch_execute(&format!("GRANT {name} TO CURRENT_USER{with}")).await
}

/// Neither the role nor a session that slipped in between the last look and the drop: a session keeps the role's number.
async fn read_back(client: &Client, plain: &str, role: &Role) -> Result<(), Failure> {
    let failed =
        |e: tokio_postgres::Error| Failure::while_doing("the role is dropped, but that cannot be read back", &e);
    cut(client, role.oid).await?;
    match role::find(client, plain).await.map_err(failed)? {
        None => Ok(()),
        Some(_) => Err(Failure::Unsure("the role is still there after it was dropped".to_owned())),
    }
}
