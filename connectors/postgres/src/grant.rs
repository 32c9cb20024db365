//! Making the role of a grant: one transaction, so that it is there whole or not at all.

use crate::{
    connector::Postgres,
    failure::Failure,
    password,
    quote::{identifier, identifiers, literal},
    role::{self, Role},
    session,
};
use chrono::SecondsFormat;
use countersign_engine::{
    grant::{Detail, Terms},
    ports::{Delivery, Secret},
    time::Timestamp,
};
use tokio_postgres::Transaction;

/// How many sessions a holder may have at once. Without a limit, one holder could use up all connections of the server, and
/// revocation would find none (THREATS C06).
const SESSIONS: u32 = 5;

/// Creates the role, or brings the one that is there up to date and gives it a new password.
pub(crate) async fn grant(postgres: &Postgres, terms: &Terms, until: Timestamp) -> Result<Delivery, Failure> {
    let roles = postgres.roles(terms)?;
    identifier(&terms.target_name)?;
    identifiers(roles)?;
    let password = password::generate()?;
    let mut client = session::open(&postgres.settings, &postgres.password, &postgres.settings.database).await?;

    let failed = |e: tokio_postgres::Error| Failure::while_doing("cannot create the role", &e);
    let transaction = client.transaction().await.map_err(failed)?;
    refuse(&transaction, roles).await?;
    let existing = role::find(&transaction, &terms.target_name).await.map_err(failed)?;
    let found_ours = existing.as_ref().is_none_or(|role| postgres.is_ours(&role.comment));
    if !found_ours {
        let name = &terms.target_name;
        return Err(Failure::Untouched(format!(
            "there is a role \"{name}\" that Countersign did not make; hint: rename or drop it"
        )));
    }
    let sql = match &existing {
        None => create(terms, until, &password)?,
        Some(role) => renew(&transaction, role, terms, roles, until, &password).await?,
    };
    let sql = format!("{sql}; {}", join(&transaction, terms, roles).await?);
    let sql = format!("{sql}; COMMENT ON ROLE {} IS {}", identifier(&terms.target_name)?, comment(postgres, terms));
    transaction.batch_execute(&sql).await.map_err(failed)?;
    transaction.commit().await.map_err(failed)?;
    Ok(delivery(postgres, terms, password))
}

async fn refuse(transaction: &Transaction<'_>, roles: &[String]) -> Result<(), Failure> {
    let failed = |e: tokio_postgres::Error| Failure::while_doing("cannot look at the roles", &e);
    if let Some(role) = role::missing(transaction, roles).await.map_err(failed)?.first() {
        return Err(Failure::Untouched(format!("there is no role \"{role}\" on the server; hint: create it first")));
    }
    if let Some(role) = role::dangerous(transaction, roles).await.map_err(failed)?.first() {
        return Err(Failure::Untouched(format!(
            "role \"{role}\" could give its members access that outlives a grant; hint: name a role that is no \
             superuser, cannot create roles, and cannot reach the server's files"
        )));
    }
    Ok(())
}

fn create(terms: &Terms, until: Timestamp, password: &Secret) -> Result<String, Failure> {
    Ok(format!("CREATE ROLE {} {}", identifier(&terms.target_name)?, login(until, password)))
}

/// The holder has the groups' rights. From 16 on, it cannot become a group as well (`SET ROLE`), and so cannot leave
/// anything behind that the group owns and that would keep the group's rights open (THREATS C06).
async fn join(transaction: &Transaction<'_>, terms: &Terms, roles: &[String]) -> Result<String, Failure> {
    let failed = |e: tokio_postgres::Error| Failure::while_doing("cannot read the server's version", &e);
    let modern = role::version(transaction).await.map_err(failed)? >= 160_000;
    let with = if modern { " WITH INHERIT TRUE, SET FALSE" } else { "" };
    Ok(format!("GRANT {} TO {}{with}", identifiers(roles)?, identifier(&terms.target_name)?))
}

/// The same role with the same rights, whatever became of it meanwhile.
async fn renew(
    transaction: &Transaction<'_>,
    role: &Role,
    terms: &Terms,
    roles: &[String],
    until: Timestamp,
    password: &Secret,
) -> Result<String, Failure> {
    let failed = |e: tokio_postgres::Error| Failure::while_doing("cannot look at the role", &e);
    let has = role::memberships(transaction, role.oid).await.map_err(failed)?;
    let name = identifier(&terms.target_name)?;
    let mut sql = format!("ALTER ROLE {name} {}", login(until, password));
    for extra in has.iter().filter(|role| !roles.contains(role)) {
        sql.push_str(&format!("; REVOKE {} FROM {name}", identifier(extra)?));
    }
    Ok(sql)
}

fn login(until: Timestamp, password: &Secret) -> String {
    let until = until.to_rfc3339_opts(SecondsFormat::Micros, true);
    format!(
        "LOGIN INHERIT CONNECTION LIMIT {SESSIONS} PASSWORD {} VALID UNTIL {}",
        literal(&password::verifier(password)),
        literal(&until)
    )
}

fn comment(postgres: &Postgres, terms: &Terms) -> String {
    let Terms { request, holder, resource, access, .. } = terms;
    literal(&format!("{}request {request}, for {holder}: {resource} ({access})", postgres.comment_mark()))
}

fn delivery(postgres: &Postgres, terms: &Terms, password: Secret) -> Delivery {
    let line = |label: &str, value: &str| Detail { label: label.to_owned(), value: value.to_owned() };
    Delivery {
        details: vec![
            line("host", &postgres.settings.host),
            line("port", &postgres.settings.port.to_string()),
            line("database", postgres.database_of(terms)),
            line("user", &terms.target_name),
        ],
        secret: Some(password),
    }
}
