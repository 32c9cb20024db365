//! Is the server reachable, and may we do there what we must? Every problem comes with the SQL that solves it.

use crate::{
    connector::Postgres, failure::Failure, groups, limits, quote::identifier, role, session, settings::Target,
};
use countersign_engine::ports::Preflight;
use std::collections::BTreeSet;
use tokio_postgres::{Client, Error};

/// The oldest server that this is made for.
const OLDEST: i32 = 130_000;

pub(crate) async fn check(postgres: &Postgres) -> Result<Preflight, Failure> {
    let failed = |e: Error| Failure::while_doing("cannot read our rights", &e);
    let client = session::open(&postgres.settings, &postgres.password, &postgres.settings.database).await?;
    let superuser = role::we_are_superuser(&client).await.map_err(failed)?;
    let version = role::version(&client).await.map_err(failed)?;
    let mut look = Look { postgres, client, superuser, version, problems: Vec::new() };
    look.ourselves().await.map_err(failed)?;
    let kept = look.server().await.map_err(failed)?;
    look.heir().await.map_err(failed)?;
    for role in look.named_roles() {
        look.role(&role).await.map_err(failed)?;
    }
    for target in postgres.targets.values() {
        look.target(target).await?;
    }
    let settings = &postgres.settings;
    let rights = if superuser { "superuser" } else { "not superuser" };
    let kept = if kept { "" } else { ", no connection kept free for us" };
    let identity = format!(
        "\"{}\" ({rights}{kept}) on PostgreSQL {} at {}:{}",
        settings.admin_user,
        version / 10_000,
        settings.host,
        settings.port
    );
    Ok(Preflight { identity, problems: look.problems })
}

struct Look<'a> {
    postgres: &'a Postgres,
    client: Client,
    superuser: bool,
    version: i32,
    problems: Vec<String>,
}

impl Look<'_> {
    fn problem(&mut self, what: String, hint: &str) {
        let text = format!("{what}; hint: {hint}");
        if !self.problems.contains(&text) {
            self.problems.push(text);
        }
    }
    fn admin(&self) -> String {
        quoted(&self.postgres.settings.admin_user)
    }

    async fn ourselves(&mut self) -> Result<(), Error> {
        if self.version < OLDEST {
            self.problem(
                format!("PostgreSQL {} is too old", self.version / 10_000),
                "upgrade the server to 13 or newer",
            );
        }
        if self.superuser {
            return Ok(());
        }
        let sql = "SELECT rolcreaterole, rolinherit, pg_has_role('pg_signal_backend', 'USAGE') FROM pg_roles \
                   WHERE rolname = current_user";
        let row = self.client.query_one(sql, &[]).await?;
        let admin = self.admin();
        if !row.get::<_, bool>(0) {
            self.problem("we may not create roles".to_owned(), &format!("ALTER ROLE {admin} CREATEROLE;"));
        }
        if !row.get::<_, bool>(1) {
            self.problem("our role does not inherit rights".to_owned(), &format!("ALTER ROLE {admin} INHERIT;"));
        }
        if !row.get::<_, bool>(2) {
            self.problem("we may not end sessions".to_owned(), &format!("GRANT pg_signal_backend TO {admin};"));
        }
        Ok(())
    }

    /// Can holders keep us out, or hold a revocation up? Says whether the server keeps a connection free for us, which up
    /// to 15 it does for superusers only.
    async fn server(&mut self) -> Result<bool, Error> {
        let found = limits::read(&self.client, self.superuser, self.version).await?;
        let admin = self.admin();
        for (what, hint) in found.problems(self.superuser, self.version, &admin) {
            self.problem(what, &hint);
        }
        Ok(found.kept)
    }

    /// The role that gets what holders leave behind must exist, be ours to give to, and have no rights.
    async fn heir(&mut self) -> Result<(), Error> {
        let heir = self.postgres.settings.reassign_to.clone();
        let name = quoted(&heir);
        if !role::missing(&self.client, std::slice::from_ref(&heir)).await?.is_empty() {
            self.problem(
                format!("reassign_to names {name}, which does not exist"),
                &format!("CREATE ROLE {name} NOLOGIN;"),
            );
            return Ok(());
        }
        let sql = "SELECT rolsuper OR rolcreaterole OR rolcanlogin \
                   OR EXISTS (SELECT FROM pg_auth_members WHERE member = r.oid), pg_has_role(r.oid, 'USAGE') \
                   FROM pg_roles r WHERE rolname = $1";
        let row = self.client.query_one(sql, &[&heir]).await?;
        if row.get(0) {
            let hint = "make another one with CREATE ROLE ... NOLOGIN, and give it nothing";
            self.problem(format!("{name} gets what holders leave behind, but has rights of its own"), hint);
        }
        if !row.get::<_, bool>(1) {
            let hint = format!("GRANT {name} TO {};", self.admin());
            self.problem(format!("we may not give objects to {name}"), &hint);
        }
        Ok(())
    }

    fn named_roles(&self) -> BTreeSet<String> {
        self.postgres.targets.values().flat_map(|target| target.roles.values().flatten().cloned()).collect()
    }

    async fn role(&mut self, role: &str) -> Result<(), Error> {
        let one = [role.to_owned()];
        let name = match identifier(role) {
            Ok(name) => name,
            Err(bad) => {
                self.problem(bad.to_string(), "correct the role's name in the policy");
                return Ok(());
            }
        };
        if !role::missing(&self.client, &one).await?.is_empty() {
            self.problem(
                format!("there is no role {name}"),
                &format!("CREATE ROLE {name} NOLOGIN; and grant it what it needs"),
            );
            return Ok(());
        }
        if !role::dangerous(&self.client, &one).await?.is_empty() {
            let what = format!("role {name} could give its members access that outlives a grant");
            self.problem(
                what,
                "name a role that is no superuser, creates no roles, and reaches none of the server's files",
            );
        }
        for database in groups::owns_in(&self.client, role).await? {
            let what = format!("role {name} owns objects in {database}, which its members could replace or give away");
            self.problem(what, &format!("give them to a role that nobody is granted: REASSIGN OWNED BY {name} TO ..."));
        }
        // Up to 15, whoever creates roles may give any role that is no superuser.
        if !self.superuser && self.version >= 160_000 {
            let sql = "SELECT pg_has_role($1::name, 'MEMBER WITH ADMIN OPTION')";
            if !self.client.query_one(sql, &[&role]).await?.get::<_, bool>(0) {
                let hint = format!("GRANT {name} TO {} WITH ADMIN OPTION;", self.admin());
                self.problem(format!("we may not give role {name}"), &hint);
            }
        }
        Ok(())
    }

    /// What holders can create in a database, we must be able to give away there.
    async fn target(&mut self, target: &Target) -> Result<(), Failure> {
        let database = target.database.as_deref().unwrap_or(&self.postgres.settings.database);
        let roles: Vec<String> = target.roles.values().flatten().cloned().collect();
        let opened = session::open(&self.postgres.settings, &self.postgres.password, database).await;
        let there = match opened {
            Ok(there) => there,
            Err(failure) => {
                let hint = format!("GRANT CONNECT ON DATABASE {} TO {};", quoted(database), self.admin());
                self.problem(failure.into_message(), &hint);
                return Ok(());
            }
        };
        let failed = |e: Error| Failure::while_doing("cannot read rights in the database", &e);
        // From 16 on, holders cannot become their groups, so what they create is theirs and not the group's.
        if self.version < 160_000 {
            for makes in groups::makers(&there, &roles).await.map_err(failed)? {
                let hint = format!("in {}: {}", quoted(database), makes.revoke);
                self.problem(makes.what, &hint);
            }
        }
        if self.superuser {
            return Ok(());
        }
        let heir = self.postgres.settings.reassign_to.clone();
        for schema in open_schemas(&there, &roles, &heir).await.map_err(failed)? {
            let hint =
                format!("in {}: GRANT CREATE ON SCHEMA {} TO {};", quoted(database), quoted(&schema), quoted(&heir));
            self.problem(
                format!("holders may create objects in schema {}, but we cannot take them over", quoted(&schema)),
                &hint,
            );
        }
        if may_make_schemas(&there, &roles).await.map_err(failed)? {
            let hint = format!("GRANT CREATE ON DATABASE {} TO {};", quoted(database), self.admin());
            self.problem("holders may create schemas, but we cannot take them over".to_owned(), &hint);
        }
        Ok(())
    }
}

/// Schemas in which one of these roles may create objects, and the heir may not own any.
async fn open_schemas(client: &Client, roles: &[String], heir: &str) -> Result<Vec<String>, Error> {
    let sql = "SELECT n.nspname::text FROM pg_namespace n WHERE n.nspname !~ '^pg_' AND EXISTS (\
                 SELECT FROM pg_roles r WHERE r.rolname::text = ANY($1) AND has_schema_privilege(r.oid, n.oid, 'CREATE')) \
               AND NOT EXISTS (\
                 SELECT FROM pg_roles h WHERE h.rolname = $2 AND has_schema_privilege(h.oid, n.oid, 'CREATE')) ORDER BY 1";
    Ok(client.query(sql, &[&roles, &heir]).await?.iter().map(|row| row.get(0)).collect())
}

async fn may_make_schemas(client: &Client, roles: &[String]) -> Result<bool, Error> {
    let sql = "SELECT EXISTS (SELECT FROM pg_roles r WHERE r.rolname::text = ANY($1) \
                 AND has_database_privilege(r.oid, current_database(), 'CREATE')) \
               AND NOT has_database_privilege(current_database(), 'CREATE')";
    client.query_one(sql, &[&roles]).await.map(|row| row.get(0))
}

/// For showing; a name that cannot be quoted is shown as it is.
fn quoted(name: &str) -> String {
    identifier(name).unwrap_or_else(|_| format!("{name:?}"))
}
