//! What an operator writes about a server and about each resource on it.

use countersign_engine::id::AccessLevel;
use serde::Deserialize;
use std::{collections::BTreeMap, path::PathBuf, time::Duration};

/// One PostgreSQL server.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Host name or address; a path that begins with `/` is the directory of a Unix socket.
    pub host: String,
    /// TCP port, or the number in the socket's name.
    #[serde(default = "default_port")]
    pub port: u16,
    /// The database that we connect to; holders get this one too unless their [`Target`] names another.
    #[serde(default = "default_database")]
    pub database: String,
    /// The role that we connect as. It need not be a superuser: see README.md.
    pub admin_user: String,
    /// The environment variable that holds its password.
    pub password_env: String,
    /// Whether the connection is encrypted.
    #[serde(default)]
    pub tls: Tls,
    /// Certificates (PEM) that the server's is checked against; the public authorities when absent.
    #[serde(default)]
    pub tls_ca_file: Option<PathBuf>,
    /// The role that gets what holders leave behind. It must have no rights of its own, or a function left behind would
    /// keep the holder's access alive (THREATS C06).
    pub reassign_to: String,
    /// Written in the comment of every role we make. Two Countersigns that share a server need two marks.
    #[serde(default = "default_mark")]
    pub mark: String,
    /// Seconds to wait for a connection, 1 to 10.
    #[serde(default = "default_connect_timeout")]
    pub connect_timeout_seconds: u64,
}

/// Whether a connection is encrypted. An encrypted one always checks the server's certificate and name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// Always.
    #[default]
    Require,
    /// When the server offers it.
    Prefer,
    /// Never: for loopback and Unix sockets.
    Disable,
}

/// What a resource means on its server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The roles that each access level makes its holder a member of.
    pub roles: BTreeMap<AccessLevel, Vec<String>>,
    /// The database that holders are told to connect to; the server's [`Settings::database`] when absent.
    #[serde(default)]
    pub database: Option<String>,
}

impl Settings {
    /// How long to wait for a connection: always shorter than the deadline of a whole call, so that a target that is
    /// down is told apart from one that went silent in the middle.
    pub(crate) fn connect_timeout(&self) -> Duration {
        Duration::from_secs(self.connect_timeout_seconds.clamp(1, 10))
    }
}

fn default_port() -> u16 {
    5432
}
fn default_database() -> String {
    "postgres".to_owned()
}
fn default_mark() -> String {
    "countersign".to_owned()
}
fn default_connect_timeout() -> u64 {
    5
}
