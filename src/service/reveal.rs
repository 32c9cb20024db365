//! Shows a delivered secret: to the holder, once, while the access lasts.

use super::{Service, unavailable};
use countersign_engine::{
    ports::{ApprovalEngine, Caller, EngineError, Secret},
    refusal::Refusal,
    request::Request,
};

impl Service {
    /// The secret of a grant, which is forgotten in the same moment; `None` when it was shown already or there never was
    /// one. Errors: refusals for everybody but the holder, and while the grant is not active; a vault key that does not
    /// open it. None of them uses the secret up.
    pub async fn reveal(&self, caller: &Caller, name: &str) -> Result<Option<Secret>, EngineError> {
        let person = self.person(caller)?;
        let request = self.get(caller, name).await?.request;
        if request.holder != person {
            return Err(Refusal::NotAllowed { who_may: "the person it is for" }.into());
        }
        is_active(&request)?;
        let Some(sealed) = self.store.secret(&request.id).await.map_err(unavailable)? else { return Ok(None) };
        // Opened before it is taken: under another key it has to stay, for when the right one is back.
        let Some(secret) = self.vault.open(&sealed, request.id.as_str()) else {
            tracing::error!(request = %request.id, "a secret cannot be opened: the key file is not the one it was sealed with");
            return Err(EngineError::Unavailable("the server's key does not open this secret".into()));
        };
        // Of two calls at once, one takes it.
        let taken = self.store.take_secret(&request.id).await.map_err(unavailable)?;
        if taken.as_ref() != Some(&sealed) {
            return Ok(None);
        }
        tracing::info!(request = %request.id, short_id = %request.short_id, %person, "the holder was shown the secret");
        Ok(Some(secret))
    }
}

fn is_active(request: &Request) -> Result<(), Refusal> {
    let grant = request.grant.as_ref();
    if grant.is_some_and(|grant| grant.state.expires_at().is_some()) {
        return Ok(());
    }
    let state = grant.map_or(request.state.key(), |grant| grant.state.key());
    Err(Refusal::WrongState { verb: "show", state })
}
