//! Settings of the server by which holders could keep us out or hold a revocation up (THREATS C06).

use tokio_postgres::{Client, Error};

/// What the server is set to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Is a connection kept free that we may use and holders may not?
    pub kept: bool,
    /// A prepared transaction outlives its session, with its locks.
    pub prepared: bool,
}

/// <https://www.postgresql.org/docs/current/runtime-config-connection.html>
pub(crate) async fn read(client: &Client, superuser: bool, version: i32) -> Result<Limits, Error> {
    let kept = match (superuser, version >= 160_000) {
        (true, _) => "current_setting('superuser_reserved_connections')::int > 0",
        (false, true) => {
            "current_setting('reserved_connections')::int > 0 AND pg_has_role('pg_use_reserved_connections', 'USAGE')"
        }
        (false, false) => "false",
    };
    let sql = format!("SELECT {kept}, current_setting('max_prepared_transactions')::int > 0");
    let row = client.query_one(&sql, &[]).await?;
    Ok(Limits { kept: row.get(0), prepared: row.get(1) })
}

impl Limits {
    /// Each with what would solve it. Up to 15 nothing keeps a connection for us unless we are superuser, so that is no
    /// problem that anybody could solve.
    pub fn problems(&self, superuser: bool, version: i32, admin: &str) -> Vec<(String, String)> {
        let mut problems = Vec::new();
        if !self.kept && (superuser || version >= 160_000) {
            let hint = if superuser {
                "ALTER SYSTEM SET superuser_reserved_connections = 3; and restart the server".to_owned()
            } else {
                format!(
                    "GRANT pg_use_reserved_connections TO {admin}; ALTER SYSTEM SET reserved_connections = 3; and \
                     restart the server"
                )
            };
            problems.push(("the server keeps no connection free for us, so others can keep us out".to_owned(), hint));
        }
        if self.prepared {
            problems.push((
                "holders may prepare transactions, which go on without a session and can hold a revocation up"
                    .to_owned(),
                "ALTER SYSTEM SET max_prepared_transactions = 0; and restart the server".to_owned(),
            ));
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abuse_c06_only_what_can_be_solved_is_a_problem() {
        let none = Limits { kept: false, prepared: false };
        assert!(none.problems(false, 150_000, "a").is_empty());
        assert!(none.problems(false, 160_000, "a")[0].1.contains("pg_use_reserved_connections TO a;"));
        assert!(none.problems(true, 150_000, "a")[0].1.contains("superuser_reserved_connections"));
        assert!(Limits { kept: true, prepared: true }.problems(true, 150_000, "a")[0].1.contains("prepared"));
    }
}
