//! How an answer reaches the one who asked: in the acknowledgement where Slack takes it there, else on a way of its own.

use crate::{
    api::Api,
    fault::Fault,
    inbound::{Inbound, What},
    modal,
    render::{block, text},
};
use countersign_engine::desk::{Field, Reply};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};

/// What the desk answers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    /// Nothing beyond the acknowledgement: the card itself will show it.
    Nothing,
    /// Something for this person's eyes only.
    Private(Message),
    /// A form to fill in.
    Form(Value),
    /// The form stays open, with errors at its fields.
    Errors(BTreeMap<Field, String>),
}

/// Text with blocks.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Message {
    /// For notifications; escaped.
    pub(crate) text: String,
    /// What is shown.
    pub(crate) blocks: Vec<Value>,
}

impl Message {
    /// Sentences of ours, which may quote people's words.
    pub(crate) fn words(words: &str) -> Self {
        let blocks = vec![block::words(words)];
        Self { text: text::escaped(words, text::limit::SUMMARY), blocks }
    }

    fn ephemeral(&self) -> Value {
        json!({"response_type": "ephemeral", "replace_original": false, "text": self.text, "blocks": self.blocks,
            "unfurl_links": false, "unfurl_media": false})
    }
}

impl Answer {
    /// A private sentence.
    pub(crate) fn words(words: &str) -> Self {
        Self::Private(Message::words(words))
    }

    /// The acknowledgement's payload, and what remains to be sent by [`send`].
    pub(crate) fn split(self, to: &Inbound) -> (Option<Value>, Option<Self>) {
        match (&to.what, self) {
            (_, Self::Nothing) => (None, None),
            (What::Typed(_), Self::Private(message)) => (Some(message.ephemeral()), None),
            (What::Sent(_), Self::Private(message)) => {
                let view = modal::result("Countersign", message.blocks);
                (Some(json!({"response_action": "update", "view": view})), None)
            }
            (What::Sent(_), Self::Errors(errors)) => {
                let errors: BTreeMap<&str, String> = errors.into_iter().map(|(at, words)| (at.key(), words)).collect();
                (Some(json!({"response_action": "errors", "errors": errors})), None)
            }
            (What::Sent(_), Self::Form(view)) => (Some(json!({"response_action": "update", "view": view})), None),
            (_, Self::Errors(errors)) => (None, Some(Self::words(&Reply::joined(&errors)))),
            (_, rest) => (None, Some(rest)),
        }
    }
}

/// Sends, in the background, what does not fit into an acknowledgement. Nothing depends on it: what was decided is
/// committed, and the card shows it.
pub(crate) fn send(api: &Arc<Api>, to: &Inbound, answer: Answer) {
    let (api, to) = (api.clone(), to.clone());
    tokio::spawn(async move {
        let sent = match answer {
            Answer::Form(view) => open(&api, &to, view).await,
            Answer::Private(message) => tell(&api, &to, &message).await,
            Answer::Nothing | Answer::Errors(_) => Ok(()),
        };
        if let Err(fault) = sent {
            tracing::warn!(%fault, user = to.origin.user, "a private answer did not reach its reader");
        }
    });
}

async fn open(api: &Api, to: &Inbound, view: Value) -> Result<(), Fault> {
    let trigger = to.trigger.as_deref().unwrap_or_default();
    let opened = api.call("views.open", "", &json!({"trigger_id": trigger, "view": view})).await;
    let Err(fault) = opened else { return Ok(()) };
    tell(api, to, &Message::words("Slack could not open the form. Nothing was recorded; please try again.")).await?;
    Err(fault)
}

/// The answer address where there is one, else a message that only this person sees.
async fn tell(api: &Api, to: &Inbound, message: &Message) -> Result<(), Fault> {
    let failed = match &to.response_url {
        Some(url) => match api.respond(url, &message.ephemeral()).await {
            Ok(()) => return Ok(()),
            Err(fault) => Some(fault),
        },
        None => None,
    };
    let Some(channel) = &to.channel else {
        return Err(failed.unwrap_or_else(|| Fault::Refused("no way to answer".into())));
    };
    let body = json!({"channel": channel, "user": to.origin.user, "text": message.text, "blocks": message.blocks,
        "link_names": false, "parse": "none"});
    api.call("chat.postEphemeral", channel, &body).await.map(drop)
}
