//! The gateway: Discord's WebSocket, on which interactions come (discord.com/developers, "Gateway"). The protocol is in
//! [`session`], which is pure; the connection is in [`socket`]. Interactions are taken as raw JSON, so that one with
//! something new in it is not lost, and answered only after the commit.

pub mod session;
mod socket;

use crate::{answer, api::Api, call::Call, desk::Desk, fault::Fault, inbound::Interaction};
use countersign_engine::ports::BotError;
use serde_json::Value;
use session::{Again, Session};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Between attempts to connect that fail, doubled each time.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// So often a session is tried to be resumed before it is given up.
const PATIENCE: u32 = 5;
/// Deliveries remembered, to know a repetition.
const REMEMBERED: usize = 1_000;

/// Listens for ever; what is returned is why it cannot go on.
pub(crate) async fn listen(desk: Desk) -> BotError {
    let (mut session, mut pause, mut failures) = (Session::default(), FIRST_PAUSE, 0);
    let listener = Listener { desk, seen: Arc::default() };
    loop {
        let before = session.welcomes();
        let again = match socket::serve(&listener, &mut session).await {
            Ok(again) => again,
            Err(error @ BotError::Unauthorized(_)) => return error,
            Err(error) => {
                tracing::warn!(%error, "the gateway cannot be reached; trying again");
                failures += 1;
                // The address for resuming may be no more, with the session.
                if failures % PATIENCE == 0 { Again::Anew } else { Again::Resume }
            }
        };
        if session.welcomes() > before {
            (pause, failures) = (FIRST_PAUSE, 0);
        } else {
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        match again {
            Again::Resume => {}
            Again::Anew => session.forget(),
            // "Wait a random amount of time, between 1 and 5 seconds" ("Gateway", Resuming).
            Again::AnewLater => {
                session.forget();
                tokio::time::sleep(Duration::from_millis(1_000 + u64::from(chance()) * 4_000 / 255)).await;
            }
        }
    }
}

/// Where to connect, from Discord's own word.
async fn address(api: &Api) -> Result<String, Fault> {
    let found = api.call(Call::gateway()).await?;
    if found["session_start_limit"]["remaining"] == 0 {
        let after = found["session_start_limit"]["reset_after"].as_u64().map(Duration::from_millis);
        return Err(Fault::Passing(format!("no session may be started for {:?}", after.unwrap_or_default())));
    }
    let url = found["url"].as_str().ok_or_else(|| Fault::Passing("no gateway address".into()))?;
    Ok(url.to_owned())
}

/// A byte of chance.
fn chance() -> u8 {
    let mut byte = [0];
    let _ = ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut byte);
    byte[0]
}

/// Serves what comes.
#[derive(Clone)]
pub(super) struct Listener {
    desk: Desk,
    seen: Arc<Mutex<VecDeque<String>>>,
}

impl Listener {
    /// Serves an interaction in a task of its own.
    fn interaction(&self, payload: Value) {
        let Ok(event) = Interaction::read(payload) else {
            tracing::warn!("an interaction that cannot be read was ignored; nothing was changed");
            return;
        };
        if !self.is_new(&event.id) {
            tracing::debug!(interaction = event.id, "delivered twice");
            return;
        }
        let desk = self.desk.clone();
        tokio::spawn(async move {
            let (first, rest) = desk.within_deadline(&event).await;
            match answer::send(&desk.api, &event, first).await {
                Ok(()) => answer::follow(&desk.api, &desk.identity.application, &event, rest),
                Err(fault) => tracing::warn!(%fault, user = event.origin.user, "an answer did not reach its reader"),
            }
        });
    }

    /// A repetition is answered by the first (THREATS B02).
    fn is_new(&self, id: &str) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.iter().any(|known| known == id) {
            return false;
        }
        if seen.len() >= REMEMBERED {
            seen.pop_front();
        }
        seen.push_back(id.to_owned());
        true
    }
}
