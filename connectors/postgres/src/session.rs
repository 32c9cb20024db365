//! Our own connections to the server.

use crate::{
    failure::{Failure, with_cause},
    settings::Settings,
    tls,
};
use countersign_engine::ports::Secret;
use std::time::Duration;
use tokio::time::timeout;
use tokio_postgres::{Client, Config};

/// `search_path`: in a database where holders may create functions, theirs must never be found before the server's own.
/// The time limits stay below the deadline of a call, so that the server gives up before we do.
const PREPARE: &str = "SET search_path = pg_catalog, pg_temp; SET standard_conforming_strings = on; \
     SET statement_timeout = '15s'; SET lock_timeout = '5s'; SET idle_in_transaction_session_timeout = '15s'; \
     SET client_min_messages = error";

/// Connects to a database of the server as the administrating role. Any failure here changed nothing.
pub(crate) async fn open(settings: &Settings, password: &Secret, database: &str) -> Result<Client, Failure> {
    let Settings { host, port, admin_user, .. } = settings;
    let place = format!("cannot connect to {host}:{port}, database \"{database}\", as \"{admin_user}\"");
    let failed = |why: String| Failure::Untouched(format!("{place}: {why}"));
    let connector = tls::connector(settings).map_err(failed)?;
    let config = config(settings, password, database);
    let limit = settings.connect_timeout();
    let connected = timeout(limit, config.connect(connector)).await;
    let (client, connection) = connected
        .map_err(|_| failed(format!("no answer within {} s", limit.as_secs())))?
        .map_err(|e| failed(with_cause(&e)))?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "connection to PostgreSQL ended");
        }
    });
    client.batch_execute(PREPARE).await.map_err(|e| failed(with_cause(&e)))?;
    Ok(client)
}

fn config(settings: &Settings, password: &Secret, database: &str) -> Config {
    let mut config = Config::new();
    config
        .host(&settings.host)
        .port(settings.port)
        .dbname(database)
        .user(&settings.admin_user)
        .password(password.expose())
        .ssl_mode(tls::mode(settings.tls))
        .application_name("countersign")
        .tcp_user_timeout(Duration::from_secs(20))
        .keepalives_idle(Duration::from_secs(30));
    config
}
