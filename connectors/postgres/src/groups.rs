//! What a group role must not be able to do. Whoever is in a group can become it (`SET ROLE`, up to PostgreSQL 15), and
//! what it then creates belongs to the group: a `SECURITY DEFINER` function would keep the group's rights open to
//! everybody after the grant has ended (THREATS C06).

use tokio_postgres::{Client, Error};

/// A right to create something, and how to take it.
pub(crate) struct Makes {
    pub what: String,
    pub revoke: String,
}

/// The databases in which a role, or one that it is a member of, owns something; the server itself counts as one.
pub(crate) async fn owns_in(client: &Client, role: &str) -> Result<Vec<String>, Error> {
    let sql = "SELECT DISTINCT coalesce('database ' || quote_ident(d.datname), 'the server') FROM pg_shdepend s \
               JOIN pg_roles r ON r.oid = s.refobjid LEFT JOIN pg_database d ON d.oid = s.dbid \
               WHERE s.refclassid = 'pg_authid'::regclass AND s.deptype = 'o' AND NOT r.rolsuper \
               AND pg_has_role($1::name, r.oid, 'MEMBER') ORDER BY 1";
    Ok(client.query(sql, &[&role]).await?.iter().map(|row| row.get(0)).collect())
}

/// Where in this database the members of these roles may create objects or schemas, and from whom they have that right.
pub(crate) async fn makers(client: &Client, roles: &[String]) -> Result<Vec<Makes>, Error> {
    let sql = "WITH place AS (\
                 SELECT 'SCHEMA ' || quote_ident(nspname) AS name, coalesce(nspacl, acldefault('n', nspowner)) AS acl \
                 FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' \
                 UNION ALL SELECT 'DATABASE ' || quote_ident(datname), coalesce(datacl, acldefault('d', datdba)) \
                 FROM pg_database WHERE datname = current_database()) \
               SELECT DISTINCT p.name, coalesce(quote_ident(r.rolname), 'PUBLIC') \
               FROM place p, aclexplode(p.acl) a LEFT JOIN pg_roles r ON r.oid = a.grantee \
               WHERE a.privilege_type = 'CREATE' AND (a.grantee = 0 OR NOT r.rolsuper AND EXISTS (\
                 SELECT FROM pg_roles g WHERE g.rolname::text = ANY($1) AND pg_has_role(g.oid, r.oid, 'MEMBER'))) \
               ORDER BY 1, 2";
    let rows = client.query(sql, &[&roles]).await?;
    let makes = |row: &tokio_postgres::Row| {
        let (place, holder): (String, String) = (row.get(0), row.get(1));
        Makes {
            what: format!(
                "holders may create objects in {place} in their group's name (through {holder}), and what is the \
                 group's outlives a grant"
            ),
            revoke: format!("REVOKE CREATE ON {place} FROM {holder};"),
        }
    };
    Ok(rows.iter().map(makes).collect())
}
