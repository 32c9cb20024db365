//! PostgreSQL: a schema on the server that the environment names, or a server of the test's own, to be stopped.

use sqlx::{AssertSqlSafe, Executor, PgPool};
use std::{
    net::SocketAddr,
    path::Path,
    process::{Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};
use tempfile::TempDir;

static SCHEMAS: AtomicU32 = AtomicU32::new(0);

/// The server that the environment names; `None`, said aloud, when it names none.
fn named(test: &str) -> Option<String> {
    let named = std::env::var("COUNTERSIGN_TEST_POSTGRES").ok();
    if named.is_none() {
        assert!(std::env::var_os("COUNTERSIGN_TEST_STRICT").is_none(), "COUNTERSIGN_TEST_POSTGRES is not set");
        println!("skipped: {test} (COUNTERSIGN_TEST_POSTGRES names no server)");
    }
    named
}

/// A schema of its own.
pub struct Schema {
    pub url: String,
    server: String,
    name: String,
}

impl Schema {
    pub async fn new(test: &str) -> Option<Self> {
        let server = named(test)?;
        let name = format!("durable_{}_{}", std::process::id(), SCHEMAS.fetch_add(1, Ordering::Relaxed));
        let mark = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{mark}options=-csearch_path%3D{name}");
        let schema = Self { url, server, name };
        schema.sql(format!("CREATE SCHEMA {}", schema.name)).await;
        Some(schema)
    }

    async fn sql(&self, text: String) {
        let admin = PgPool::connect(&self.server).await.unwrap();
        admin.execute(AssertSqlSafe(text)).await.unwrap();
        admin.close().await;
    }

    pub async fn drop(self) {
        self.sql(format!("DROP SCHEMA {} CASCADE", self.name)).await;
    }
}

/// A server of the test's own. PostgreSQL does not run as root, so it runs as `nobody`.
pub struct Cluster {
    dir: TempDir,
    port: u16,
}

impl Cluster {
    /// Made and started; `None`, said aloud, where the environment asks for no PostgreSQL.
    pub fn new(test: &str) -> Option<Self> {
        named(test)?;
        let cluster = Self { dir: tempfile::tempdir().unwrap(), port: crate::server::free_address().port() };
        let place = cluster.dir.path().display().to_string();
        run("chown", &["nobody", &place]);
        let data = cluster.data();
        cluster.tool("initdb", &["-D", &data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"]);
        cluster.start();
        Some(cluster)
    }

    pub fn address(&self) -> SocketAddr {
        ([127, 0, 0, 1], self.port).into()
    }

    pub fn url(&self) -> String {
        self.url_at(self.address())
    }

    /// The same database by way of another address.
    pub fn url_at(&self, address: SocketAddr) -> String {
        format!("postgres://postgres@{address}/postgres")
    }

    pub fn start(&self) {
        let options = format!("-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories=", self.port);
        let log = format!("{}/log", self.dir.path().display());
        self.tool("pg_ctl", &["-D", &self.data(), "-w", "-l", &log, "-o", &options, "start"]);
    }

    /// As if the machine lost its power.
    pub fn crash(&self) {
        self.tool("pg_ctl", &["-D", &self.data(), "-w", "-m", "immediate", "stop"]);
    }

    /// As if the network swallowed everything: connections stay, nobody answers.
    pub fn freeze(&self) {
        self.signal("STOP");
    }

    pub fn thaw(&self) {
        self.signal("CONT");
    }

    /// Connections that hold a transaction open and have done nothing for more than a second.
    pub async fn idle_in_transaction(&self) -> i64 {
        self.count("state LIKE 'idle in transaction%' AND clock_timestamp() - state_change > interval '1 second'").await
    }

    /// Connections of everybody but whoever asks.
    pub async fn connections(&self) -> i64 {
        self.count("backend_type = 'client backend' AND pid <> pg_backend_pid()").await
    }

    async fn count(&self, condition: &str) -> i64 {
        let admin = PgPool::connect(&self.url()).await.unwrap();
        let query = format!("SELECT count(*) FROM pg_stat_activity WHERE {condition}");
        let count = sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(&admin).await.unwrap();
        admin.close().await;
        count
    }

    fn signal(&self, name: &str) {
        let pid = std::fs::read_to_string(Path::new(&self.data()).join("postmaster.pid")).unwrap();
        let pid = pid.lines().next().unwrap();
        run("sh", &["-c", &format!("kill -{name} {pid} $(ps -o pid= --ppid {pid})")]);
    }

    fn data(&self) -> String {
        format!("{}/data", self.dir.path().display())
    }

    fn tool(&self, name: &str, arguments: &[&str]) {
        let newest = glob::glob("/usr/lib/postgresql/*/bin").unwrap().filter_map(Result::ok).max();
        let tool = newest.map_or(name.into(), |bin| bin.join(name));
        let mut all = vec!["-u", "nobody", "--", tool.to_str().unwrap()];
        all.extend(arguments);
        run("runuser", &all);
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            self.thaw();
            self.crash();
        }));
    }
}

fn run(program: &str, arguments: &[&str]) {
    // What a daemon inherits it keeps open, so nothing is piped.
    let mut command = Command::new(program);
    command.args(arguments).current_dir("/").stdin(Stdio::null()).stdout(Stdio::null());
    assert!(command.status().unwrap().success(), "{program} {arguments:?}");
}
