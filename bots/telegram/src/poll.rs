//! Long polling, by a loop of our own: an update is confirmed only after it was handled and committed.

use crate::{api::Api, fault::Fault, inbound::Update, serve::Server};
use countersign_engine::ports::{BotError, Stop};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::task::JoinSet;

/// How long Telegram holds a request open when there is nothing, in seconds.
const WAIT: u64 = 50;
/// The longest pause after failures; the first attempt after one comes at once.
const LONGEST: Duration = Duration::from_secs(30);

/// All kinds that we act on; edits and channel posts are not among them.
pub(crate) const KINDS: [&str; 3] = ["message", "callback_query", "my_chat_member"];

/// Listens until `stop` resolves, our token is denied, or another program turns out to listen with it.
pub(crate) async fn listen(server: Server, api: Arc<Api>, mut stop: Stop) -> Result<(), BotError> {
    let mut next: Option<i64> = None;
    let mut failures = 0_u32;
    loop {
        let mut body = json!({"timeout": WAIT, "limit": 100, "allowed_updates": KINDS});
        if let Some(next) = next {
            body["offset"] = next.into();
        }
        let asked = tokio::select! {
            () = &mut stop => return Ok(()),
            said = api.denial() => return Err(Fault::Denied(said).into()),
            asked = api.poll(&body, Duration::from_secs(WAIT)) => asked,
        };
        let pause = match asked {
            Ok(updates) => {
                failures = 0;
                next = handle(&server, &updates).await.or(next);
                continue;
            }
            Err(fault @ (Fault::Denied(_) | Fault::Conflict(_))) => return Err(fault.into()),
            Err(fault) => after(&fault, &mut failures),
        };
        tokio::select! {
            () = &mut stop => return Ok(()),
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// How long to wait after a failure; says why.
fn after(fault: &Fault, failures: &mut u32) -> Duration {
    *failures += 1;
    match fault {
        Fault::Limited(Some(after)) => *after,
        fault => {
            tracing::warn!(%fault, failures, "no updates from Telegram; trying again");
            match *failures {
                1 => Duration::ZERO,
                n => Duration::from_secs(1 << n.min(5)).min(LONGEST),
            }
        }
    }
}

/// Handles updates: those of one person in their order, people side by side. The answer is the first id that is not
/// handled; `None` when there were no updates.
async fn handle(server: &Server, updates: &Value) -> Option<i64> {
    let mut by_person: BTreeMap<i64, Vec<Update>> = BTreeMap::new();
    let mut last = None;
    for value in updates.as_array()? {
        match Update::read(value) {
            Ok(update) => {
                last = last.max(Some(update.id));
                by_person.entry(update.actor()).or_default().push(update);
            }
            Err(malformed) => tracing::warn!(%malformed, "nothing was changed"),
        }
    }
    let mut tasks = JoinSet::new();
    for updates in by_person.into_values() {
        let server = server.clone();
        tasks.spawn(async move {
            for update in &updates {
                server.serve(update).await;
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        if let Err(fault) = done {
            tracing::error!(%fault, "serving an update failed");
        }
    }
    last.map(|last| last + 1)
}
