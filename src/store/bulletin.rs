//! Announcements between replicas, over LISTEN and NOTIFY. A lost one costs patience, never work: everybody who waits
//! also looks from time to time.

use super::wakes::Wakes;
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgListener, PgPoolOptions},
};
use std::{sync::Arc, time::Duration};
use tokio::{sync::Notify, task::JoinHandle};

/// After the commit, never inside it: notifying transactions commit one after the other.
pub(super) const NOTIFY: &str = "SELECT pg_notify($1, $2)";
const PAUSE: Duration = Duration::from_secs(1);
/// A connection that was quiet for this long may be one that nobody holds the other end of.
const QUIET: Duration = Duration::from_secs(300);

pub(super) struct Bulletin {
    news: Arc<Notify>,
    tasks: [JoinHandle<()>; 2],
}

impl Bulletin {
    /// Speaks and listens on `channel` as `me` until it is dropped.
    pub(super) fn start(base: PgConnectOptions, speak: PgPool, channel: String, me: String, wakes: Arc<Wakes>) -> Self {
        let news = Arc::new(Notify::new());
        let speaker = tokio::spawn(say(Arc::clone(&news), speak, channel.clone(), me.clone()));
        Self { news, tasks: [speaker, tokio::spawn(hear(base, channel, me, wakes))] }
    }

    /// Returns at once; what is announced before the last announcement is out becomes one with the next.
    pub(super) fn post(&self) {
        self.news.notify_one();
    }
}

impl Drop for Bulletin {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

async fn say(news: Arc<Notify>, speak: PgPool, channel: String, me: String) {
    loop {
        news.notified().await;
        if let Err(error) = sqlx::query(NOTIFY).bind(&channel).bind(&me).execute(&speak).await {
            tracing::debug!(%error, "other replicas were not told of new work");
        }
    }
}

async fn hear(base: PgConnectOptions, channel: String, me: String, wakes: Arc<Wakes>) {
    let own = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
    loop {
        // A listener says farewell before it gives its connection back, and on a dead one that takes for ever.
        let own = own.clone().connect_lazy_with(base.clone());
        if let Err(error) = listen(&own, &channel, &me, &wakes).await {
            tracing::debug!(%error, "not listening for other replicas at present");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn listen(own: &PgPool, channel: &str, me: &str, wakes: &Wakes) -> sqlx::Result<()> {
    let mut listener = PgListener::connect_with(own).await?;
    listener.listen(channel).await?;
    loop {
        // What was said before, or while the connection was lost, was not heard.
        wakes.ring();
        let quiet = |_| sqlx::Error::from(std::io::Error::from(std::io::ErrorKind::TimedOut));
        while let Some(heard) = tokio::time::timeout(QUIET, listener.try_recv()).await.map_err(quiet)?? {
            if heard.payload() != me {
                wakes.ring();
            }
        }
    }
}
