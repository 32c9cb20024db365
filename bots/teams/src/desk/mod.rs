//! Between Teams' activities and the engine's desk: whose account it is, and how Teams shows the answer.

mod tell;

use crate::{
    answer,
    api::Api,
    inbound::{Activity, From, What},
};
use countersign_engine::{
    card,
    desk::{self, Heard, Reply},
    person::{Account, Platform},
    ports::{Caller, EngineError},
};
use serde_json::Value;
use std::sync::{Arc, Mutex};
use tell::Recent;

/// What is needed to serve one activity. Clones share it.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) api: Arc<Api>,
    desk: desk::Desk,
    tenant: String,
    /// Messages that were answered: Teams may deliver one again.
    recent: Arc<Mutex<Recent>>,
}

/// What an activity is answered with.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The response of an invoke.
    Invoked(Value),
    /// Nothing but "taken": the answer goes a way of its own.
    Taken,
}

impl Desk {
    pub(crate) fn new(api: Arc<Api>, desk: desk::Desk, tenant: String) -> Self {
        Self { api, desk, tenant, recent: Arc::default() }
    }

    /// Serves one activity that somebody is behind. When this returns, what it changed is committed.
    pub(crate) async fn serve(&self, activity: &Activity, who: &From, object: &str) -> Outcome {
        let account = Account { platform: Platform::Teams, tenant: self.tenant.clone(), user: object.to_owned() };
        let caller = Caller::Account(account);
        self.api.known.heard(&activity.conversation, activity.service(), &who.id);
        if activity.personal {
            self.api.known.opened(object, &activity.conversation);
        }
        match &activity.what {
            What::Message(heard) => {
                let reply = self.reply(&caller, activity, heard).await;
                self.tell(activity, object, reply).await;
                Outcome::Taken
            }
            What::Invoke(heard) => {
                let reply = self.reply(&caller, activity, heard).await;
                Outcome::Invoked(answer::to_press(&reply, &self.readers(activity)))
            }
            What::Show(request) => Outcome::Invoked(self.show(&caller, activity, request).await),
            What::Other(_) => Outcome::Taken,
        }
    }

    async fn reply(&self, caller: &Caller, activity: &Activity, heard: &Heard) -> Reply {
        self.desk.serve(caller, &activity.delivery(), heard).await
    }

    /// The shared card, as true as it can be: for clients that refresh, and for the way back from Details.
    async fn show(&self, caller: &Caller, activity: &Activity, request: &str) -> Value {
        match self.desk.engine().get(caller, request).await {
            Ok(view) => {
                let card = card::on(Platform::Teams, &view, card::request(&view));
                answer::to_refresh(&card, &self.readers(activity))
            }
            // Nobody pressed anything, so nobody is told: the client goes on showing what it has.
            Err(EngineError::Refused(_)) => answer::refused("not for this reader"),
            Err(EngineError::Unavailable(_)) => answer::refused("not at present"),
        }
    }

    fn readers(&self, activity: &Activity) -> Vec<String> {
        self.api.known.readers(&activity.conversation)
    }
}
