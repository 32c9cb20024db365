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
use tokio_postgres::Client;

/// How long a session may take to end once told to.
const PATIENCE: Duration = Duration::from_secs(8);
const PAUSE: Duration = Duration::from_millis(50);

/// Until the role is gone: read back, sessions included. A role that is not there is gone already (THREATS C08).
pub(crate) async fn revoke(postgres: &Postgres, terms: &Terms) -> Result<(), Failure> {
    let name = identifier(&terms.target_name)?;
    let mut client = session::open(&postgres.settings, &postgres.password, &postgres.settings.database).await?;
    let Some(role) = close(&mut client, &terms.target_name, &name).await? else { return Ok(()) };
    finish(postgres, &client, &terms.target_name, &name, &role).await.map_err(Failure::after_changes)
}

/// Nobody can log in as the role any more. `None` when there is no such role.
async fn close(client: &mut Client, plain: &str, name: &str) -> Result<Option<Role>, Failure> {
    let failed = |e: tokio_postgres::Error| Failure::while_doing("cannot close the role", &e);
    let transaction = client.transaction().await.map_err(failed)?;
    role::lock(&transaction, plain).await.map_err(failed)?;
    let role = role::find(&transaction, plain).await.map_err(failed)?;
    if role.is_some() {
        transaction.batch_execute(&format!("ALTER ROLE {name} NOLOGIN PASSWORD NULL")).await.map_err(failed)?;
    }
    transaction.commit().await.map_err(failed)?;
    Ok(role)
}

async fn finish(postgres: &Postgres, client: &Client, plain: &str, name: &str, role: &Role) -> Result<(), Failure> {
    strip(client, name, role).await?;
    cut(client, role).await?;
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
async fn cut(client: &Client, role: &Role) -> Result<(), Failure> {
    let failed =
        |e: tokio_postgres::Error| Failure::while_doing("login is closed, but open sessions cannot be ended", &e);
    let rounds = PATIENCE.as_millis() / PAUSE.as_millis();
    for _ in 0..rounds {
        if role::terminate(client, role.oid).await.map_err(failed)? == 0 {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(Failure::Unsure(format!(
        "login is closed, but a session goes on {} s after it was told to end",
        PATIENCE.as_secs()
    )))
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
    cut(client, role).await?;
    match role::find(client, plain).await.map_err(failed)? {
        None => Ok(()),
        Some(_) => Err(Failure::Unsure("the role is still there after it was dropped".to_owned())),
    }
}
