//! Who we are on Telegram.

use crate::{api::Api, fault::Fault};
use countersign_engine::person::{Account, Platform};
use teloxide::payloads::GetMe;

/// Our own bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) id: i64,
    /// Without the `@`; people write `/access@countersign_bot`.
    pub(crate) username: String,
}

impl Identity {
    pub(crate) async fn ask(api: &Api) -> Result<Self, Fault> {
        let me = api.call(&GetMe::new()).await?;
        match (me["id"].as_i64(), me["username"].as_str()) {
            (Some(id), Some(username)) => Ok(Self { id, username: username.to_owned() }),
            _ => Err(Fault::Passing("an answer to getMe without id and username".into())),
        }
    }

    /// Opens our private chat and sends us `/start` with this: at most 64 of `A-Z a-z 0-9 _ -`
    /// (core.telegram.org/api/links, "Bot links").
    pub(crate) fn link(&self, start: &str) -> String {
        format!("https://t.me/{}?start={start}", self.username)
    }
}

/// Whose account a numeric user id is.
pub(crate) fn account(user: i64) -> Account {
    Account { platform: Platform::Telegram, tenant: String::new(), user: user.to_string() }
}
