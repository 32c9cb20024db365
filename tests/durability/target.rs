//! A real PostgreSQL as a target: roles that the server under test makes and takes away, looked at by somebody else.

use sqlx::{AssertSqlSafe, Executor, PgPool, Row};
use std::{
    collections::BTreeMap,
    fmt::Write,
    sync::atomic::{AtomicU32, Ordering},
};

static TARGETS: AtomicU32 = AtomicU32::new(0);

/// Roles of one test's own on the server that the environment names.
pub struct Target {
    url: String,
    tag: String,
}

/// A role that the connector made, as the server shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// The groups whose rights it has.
    pub groups: Vec<String>,
    /// Microseconds since the epoch after which nobody can log in as it.
    pub valid_until: i64,
}

impl Target {
    /// `None` where no server is named.
    pub async fn new() -> Option<Self> {
        Some(Self::on(std::env::var("COUNTERSIGN_TEST_POSTGRES").ok()?).await)
    }

    /// On this server.
    pub async fn on(url: String) -> Self {
        let tag = format!("d{}x{}", std::process::id(), TARGETS.fetch_add(1, Ordering::Relaxed));
        let target = Self { url, tag };
        target.sql(&format!("CREATE ROLE {} NOLOGIN; CREATE ROLE heir_{} NOLOGIN", target.group(), target.tag)).await;
        target
    }

    /// The group whose rights holders get.
    pub fn group(&self) -> String {
        format!("grp_{}", self.tag)
    }

    fn mark(&self) -> String {
        format!("durability-{}", self.tag)
    }

    pub fn password(&self) -> String {
        let url: reqwest::Url = self.url.parse().unwrap();
        url.password().filter(|password| !password.is_empty()).unwrap_or("none").to_owned()
    }

    /// The policy file's part: the connector, and this many resources.
    pub fn policy(&self, resources: usize) -> String {
        let url: reqwest::Url = self.url.parse().unwrap();
        let mut text = format!(
            "[connectors.pg]\nkind = \"postgres\"\nhost = \"{}\"\nport = {}\ndatabase = \"postgres\"\nadmin_user = \"{}\"\n\
             password_env = \"TARGET_PASSWORD\"\nreassign_to = \"heir_{}\"\ntls = \"disable\"\nmark = \"{}\"\n",
            url.host_str().unwrap(),
            url.port().unwrap_or(5432),
            url.username(),
            self.tag,
            self.mark()
        );
        for n in 0..resources {
            let _ = writeln!(
                text,
                "[[resources]]\nid = \"role-{n}\"\nkind = \"database\"\nmax_duration = \"8h\"\nconnector = \"pg\"\n\
                 target = {{ roles = {{ access = [\"{}\"] }} }}",
                self.group()
            );
        }
        text
    }

    /// Every role that bears the mark, or is a member of the group.
    pub async fn roles(&self) -> BTreeMap<String, Role> {
        let admin = PgPool::connect(&self.url).await.unwrap();
        let sql = "SELECT r.rolname::text, coalesce((extract(epoch FROM r.rolvaliduntil) * 1000000)::int8, 0), \
                   array(SELECT g.rolname::text FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid \
                   WHERE m.member = r.oid ORDER BY 1) FROM pg_roles r \
                   WHERE shobj_description(r.oid, 'pg_authid') LIKE $1 OR EXISTS (SELECT FROM pg_auth_members m \
                   JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid AND g.rolname = $2)";
        let query = sqlx::query(sql).bind(format!("{}%", self.mark())).bind(self.group());
        let rows = query.fetch_all(&admin).await.unwrap();
        admin.close().await;
        rows.iter().map(|row| (row.get(0), Role { valid_until: row.get(1), groups: row.get(2) })).collect()
    }

    async fn sql(&self, text: &str) {
        let admin = PgPool::connect(&self.url).await.unwrap();
        admin.execute(AssertSqlSafe(text.to_owned())).await.unwrap();
        admin.close().await;
    }

    /// Nothing of the test stays on the server.
    pub async fn clean(&self) {
        for role in self.roles().await.keys() {
            self.sql(&format!("DROP ROLE \"{role}\"")).await;
        }
        self.sql(&format!("DROP ROLE {}; DROP ROLE heir_{}", self.group(), self.tag)).await;
    }
}
