//! An operator confirms that the database may be used, and a new epoch begins.

use super::{Looked, Memory, Orphan, RestoreError, Seen, Sidecar, evidence::leaf_of, look};
use crate::{
    audit::{
        checkpoints::{append, is_forked, last_statement},
        note::{Restore, Signer, Statement},
        tree::Frontier,
    },
    clock::Clock,
    grants::Connectors,
    policy::PolicyHandle,
    store::{Instance, Restored, Store},
    writer::{Intent, Writer},
};
use countersign_engine::{
    command::bounds,
    decide::Held,
    grant::{GrantState, Terms},
    id::{PersonId, RequestId},
    ports::{Connector, Observation, Outcome},
    time::Length,
};
use std::{path::PathBuf, sync::Arc};

/// What confirming takes.
pub struct Operator {
    /// The database.
    pub store: Arc<dyn Store>,
    /// Decides what follows for each request.
    pub writer: Writer,
    /// The policy in force.
    pub policy: PolicyHandle,
    /// What grants.
    pub connectors: Connectors,
    /// The present.
    pub clock: Clock,
    /// Signs the statement with which the epoch begins.
    pub signer: Signer,
    /// The checkpoints' second place.
    pub checkpoints: PathBuf,
    /// What this server remembers.
    pub sidecar: Sidecar,
}

/// What the operator says.
#[derive(Debug, Clone)]
pub struct Confirmation {
    /// Who; an administrator.
    pub by: PersonId,
    /// What happened, in their words.
    pub note: String,
    /// Take away what is at the targets and unknown to the database.
    pub revoke_orphans: bool,
    /// Go on though a target cannot be asked.
    pub even_if_unreachable: bool,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Confirmed {
    /// The epoch that began.
    pub epoch: i64,
    /// What was seen before.
    pub looked: Looked,
    /// Grants that were ended, or are being taken back.
    pub ended: Vec<RequestId>,
    /// Orphans that are gone now.
    pub revoked: Vec<Orphan>,
    /// Orphans that are not, and why.
    pub left: Vec<(Orphan, String)>,
}

/// Reads every grant back, ends what is gone, and opens the database to use. Nothing is granted by it.
///
/// The new epoch's statement goes to the second place first: what the database says of itself is never ahead of what
/// others can hold against it.
pub async fn confirm(with: &Operator, said: &Confirmation) -> Result<Confirmed, RestoreError> {
    if !with.policy.get().is_administrator(&said.by) {
        return Err(RestoreError::NotAllowed(said.by.to_string()));
    }
    let note = said.note.trim();
    if note.is_empty() || note.chars().count() > bounds::NOTE || note.contains(char::is_control) {
        return Err(RestoreError::NoNote);
    }
    let file = |error| RestoreError::Checkpoints { path: with.checkpoints.display().to_string(), error };
    let signed = last_statement(&with.checkpoints, &with.signer.verifier()).await.map_err(file)?;
    let instance = with.store.instance().await?.ok_or(RestoreError::Nothing)?;
    let forked = match &signed {
        Some(signed) => is_forked(with.store.as_ref(), signed).await?,
        None => false,
    };
    if instance.quarantine.is_none() && !forked {
        return Err(RestoreError::Nothing);
    }
    let looked = look(with.store.as_ref(), &with.connectors).await?;
    if !looked.unreachable.is_empty() && !said.even_if_unreachable {
        let all: Vec<String> = looked.unreachable.iter().map(|(name, why)| format!("{name} ({why})")).collect();
        return Err(RestoreError::Unreachable(all.join(", ")));
    }

    let epoch = next_epoch(with, &instance, signed.as_ref()).await?;
    let statement = statement(with, said, epoch, signed.as_ref()).await?;
    let signed_note = with.signer.sign(&statement);
    append(&with.checkpoints, &signed_note).await.map_err(file)?;
    let ended = recover(with, said, &looked).await?;
    let (revoked, left) = match said.revoke_orphans {
        true => take_away(with, &looked.orphans).await,
        false => (Vec::new(), Vec::new()),
    };
    with.store.confirm_restore(&Restored { epoch, note: signed_note, at: with.clock.now() }).await?;
    remember(with, &instance.id, epoch).await?;
    Ok(Confirmed { epoch, looked, ended, revoked, left })
}

/// Higher than any that anybody knows of.
async fn next_epoch(with: &Operator, instance: &Instance, signed: Option<&Statement>) -> Result<i64, RestoreError> {
    let remembered = with.sidecar.read()?.map_or(0, |memory| memory.epoch);
    let restored = with.store.restores().await?.last().map_or(0, |restored| restored.epoch);
    let known = [instance.epoch, instance.seen, remembered, restored, signed.map_or(0, |s| s.epoch as i64)];
    Ok(known.into_iter().max().unwrap_or(1) + 1)
}

async fn statement(
    with: &Operator,
    said: &Confirmation,
    epoch: i64,
    signed: Option<&Statement>,
) -> Result<Statement, RestoreError> {
    let head = Frontier::of_head(&with.store.audit_head().await?)?;
    let restore = Restore {
        by: said.by.to_string(),
        at: with.clock.now().to_rfc3339(),
        signed: signed.map_or(0, |signed| signed.size),
        note: said.note.trim().to_owned(),
    };
    let statement = Statement::of(with.signer.origin(), &head).in_epoch(epoch as u64);
    Ok(Statement { restore: Some(restore), ..statement })
}

/// What each grant means now; the requests that it ended something for.
async fn recover(with: &Operator, said: &Confirmation, looked: &Looked) -> Result<Vec<RequestId>, RestoreError> {
    let mut ended = Vec::new();
    for Seen { request, held } in &looked.grants {
        let intent = Intent::Recover { request: request.id.clone(), held: *held, by: said.by.clone() };
        let undecided = |why: String| RestoreError::Undecided { request: request.short_id.to_string(), why };
        let after = with.writer.submit(intent).await.map_err(|error| undecided(error.to_string()))?;
        let gone = |state: &GrantState| state.is_over() || matches!(state, GrantState::Revoking { .. });
        if after.version > request.version && after.grant.as_ref().is_some_and(|grant| gone(&grant.state)) {
            ended.push(after.id);
        }
    }
    Ok(ended)
}

async fn take_away(with: &Operator, orphans: &[Orphan]) -> (Vec<Orphan>, Vec<(Orphan, String)>) {
    let (mut revoked, mut left) = (Vec::new(), Vec::new());
    for orphan in orphans {
        let Some(connector) = with.connectors.get(&orphan.connector) else { continue };
        match take_one(with, connector.as_ref(), orphan).await {
            Ok(()) => revoked.push(orphan.clone()),
            Err(why) => left.push((orphan.clone(), why)),
        }
    }
    (revoked, left)
}

async fn take_one(with: &Operator, connector: &dyn Connector, orphan: &Orphan) -> Result<(), String> {
    let terms = terms_of(with, orphan).await;
    if let Outcome::DefinitelyNot(why) | Outcome::Unknown(why) = connector.revoke(&terms).await {
        return Err(why);
    }
    match connector.observe(&terms).await {
        Observation::Absent => Ok(()),
        Observation::Present => Err("the target says that it is done, but the access is still there".into()),
        Observation::Unknown(why) => Err(why),
    }
}

/// The name is all that is known of an orphan; where the database knows more, a target may need it.
async fn terms_of(with: &Operator, orphan: &Orphan) -> Terms {
    let id = orphan.target_name.trim_start_matches("cs_").to_ascii_uppercase();
    let known = with.store.request(&id).await.ok().flatten();
    let bare = Terms {
        request: RequestId::new(id),
        holder: PersonId::new("unknown"),
        resource: known.as_ref().map_or_else(|| "unknown".into(), |request| request.asked.resource.clone()),
        access: "unknown".into(),
        duration: Length::minutes(1),
        connector: orphan.connector.clone(),
        target_name: orphan.target_name.clone(),
    };
    known.and_then(|request| request.grant).map_or(bare, |grant| grant.terms)
}

async fn remember(with: &Operator, id: &str, epoch: i64) -> Result<(), RestoreError> {
    let size = with.store.audit_head().await?.size;
    let leaf = leaf_of(with.store.as_ref(), size).await?;
    with.sidecar.write(&Memory { id: id.to_owned(), epoch, size, leaf })
}

impl Looked {
    /// Grants whose target holds this.
    pub fn held(&self, held: Held) -> impl Iterator<Item = &Seen> {
        self.grants.iter().filter(move |seen| seen.held == held)
    }
}
