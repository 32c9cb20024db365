//! What the server says about roles.

use crate::{failure::Failure, quote::identifier};
use tokio_postgres::{Client, Error, GenericClient, error::SqlState};

/// A role that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Role {
    /// Stays the same when the role is renamed, and names its sessions even after it was dropped.
    pub oid: u32,
    /// Its comment; empty when there is none.
    pub comment: String,
}

/// The role of that name, and no mistake when there is none: the commit of a grant that timed out may still be on its
/// way. Making the same name and undoing it waits for that. An advisory lock would do, too, if holders could not take it
/// as well and keep it (THREATS C06).
pub(crate) async fn find_surely(client: &Client, name: &str) -> Result<Option<Role>, Failure> {
    let failed = |e: Error| Failure::while_doing("cannot look for the role", &e);
    if let Some(role) = find(client, name).await.map_err(failed)? {
        return Ok(Some(role));
    }
    let probe = client.batch_execute(&format!("BEGIN; CREATE ROLE {} NOLOGIN", identifier(name)?)).await;
    client.batch_execute("ROLLBACK").await.map_err(failed)?;
    match probe {
        Ok(()) => Ok(None),
        Err(error) if existed(&error) => find(client, name).await.map_err(failed),
        Err(error) => Err(failed(error)),
    }
}

fn existed(error: &Error) -> bool {
    matches!(error.code(), Some(&SqlState::DUPLICATE_OBJECT | &SqlState::UNIQUE_VIOLATION))
}

/// The role of that name.
pub(crate) async fn find(client: &impl GenericClient, name: &str) -> Result<Option<Role>, Error> {
    let sql = "SELECT oid, coalesce(shobj_description(oid, 'pg_authid'), '') FROM pg_roles WHERE rolname = $1";
    let row = client.query_opt(sql, &[&name]).await?;
    Ok(row.map(|row| Role { oid: row.get(0), comment: row.get(1) }))
}

/// The roles that a role is a member of by itself.
pub(crate) async fn memberships(client: &impl GenericClient, oid: u32) -> Result<Vec<String>, Error> {
    let sql = "SELECT DISTINCT g.rolname::text FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid \
               WHERE m.member = $1";
    names(client.query(sql, &[&oid]).await)
}

/// Which of these roles do not exist.
pub(crate) async fn missing(client: &impl GenericClient, roles: &[String]) -> Result<Vec<String>, Error> {
    let sql = "SELECT wanted FROM unnest($1::text[]) wanted \
               WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname::text = wanted)";
    names(client.query(sql, &[&roles]).await)
}

/// Which of these roles would let their members make access that outlives a grant: superusers, roles that create roles,
/// and the predefined roles that reach the server's files and programs, directly or through membership.
/// <https://www.postgresql.org/docs/current/predefined-roles.html>
pub(crate) async fn dangerous(client: &impl GenericClient, roles: &[String]) -> Result<Vec<String>, Error> {
    let sql = "SELECT g.rolname::text FROM pg_roles g WHERE g.rolname::text = ANY($1) AND EXISTS (\
                 SELECT FROM pg_roles r WHERE pg_has_role(g.oid, r.oid, 'MEMBER') AND (r.rolsuper OR r.rolcreaterole \
                 OR r.rolname IN ('pg_execute_server_program', 'pg_write_server_files', 'pg_read_server_files')))";
    names(client.query(sql, &[&roles]).await)
}

/// Ends every session of a role, and says how many there were.
pub(crate) async fn terminate(client: &impl GenericClient, oid: u32) -> Result<i64, Error> {
    let sql = "SELECT count(*), count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity \
               WHERE usesysid = $1";
    client.query_one(sql, &[&oid]).await.map(|row| row.get(0))
}

/// The sessions in a database whose role is gone: the server knows them by a number that no role has any more. Dropping a
/// role does not end its sessions.
pub(crate) async fn orphans(client: &impl GenericClient, database: &str) -> Result<Vec<u32>, Error> {
    let sql = "SELECT DISTINCT usesysid FROM pg_stat_activity a WHERE datname::text = $1 AND usesysid IS NOT NULL \
               AND NOT EXISTS (SELECT FROM pg_roles r WHERE r.oid = a.usesysid)";
    Ok(client.query(sql, &[&database]).await?.iter().map(|row| row.get(0)).collect())
}

/// May we do anything?
pub(crate) async fn we_are_superuser(client: &impl GenericClient) -> Result<bool, Error> {
    let sql = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user";
    client.query_one(sql, &[]).await.map(|row| row.get(0))
}

/// The server's version: 150018 is 15.18.
pub(crate) async fn version(client: &impl GenericClient) -> Result<i32, Error> {
    let sql = "SELECT current_setting('server_version_num')::int";
    client.query_one(sql, &[]).await.map(|row| row.get(0))
}

fn names(rows: Result<Vec<tokio_postgres::Row>, Error>) -> Result<Vec<String>, Error> {
    Ok(rows?.iter().map(|row| row.get(0)).collect())
}
