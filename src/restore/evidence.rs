//! Is this the database that the server knows, and no older than it knows it?

use super::Memory;
use crate::{
    audit::note::Statement,
    store::{AuditQuery, Instance, Result, Store},
};

/// What the evidence says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// Nobody has used it before, and nothing says otherwise.
    First,
    /// It is.
    Fits,
    /// It is not, because of this; an operator has to look.
    Doubtful(String),
}

/// Holds a database against what its server remembers and against the last checkpoint of the second place. Only what
/// contradicts the database counts: a new replica remembers nothing, and starts.
pub async fn judge(store: &dyn Store, memory: Option<&Memory>, signed: Option<&Statement>) -> Result<Judgement> {
    let instance = store.instance().await?;
    let size = store.audit_head().await?.size;
    let doubt = match (&instance, memory) {
        (None, Some(memory)) => Some(format!(
            "this database was never used, and the instance file knows one with {} audit entries",
            memory.size
        )),
        (Some(instance), Some(memory)) => by_memory(store, instance, size, memory).await?,
        (_, None) => None,
    };
    let epoch = instance.as_ref().map_or(1, |instance| instance.epoch);
    Ok(match (doubt.or_else(|| signed.and_then(|signed| by_checkpoint(epoch, size, signed))), instance) {
        (Some(why), _) => Judgement::Doubtful(why),
        (None, Some(_)) => Judgement::Fits,
        (None, None) => Judgement::First,
    })
}

async fn by_memory(store: &dyn Store, instance: &Instance, size: i64, memory: &Memory) -> Result<Option<String>> {
    if memory.id != instance.id {
        return Ok(Some("this database belongs to another installation than the instance file".into()));
    }
    if memory.epoch != instance.epoch {
        // A higher one was confirmed at another replica.
        let (ours, theirs) = (memory.epoch, instance.epoch);
        let why =
            || format!("this database is of epoch {theirs}, before the restore that was confirmed as epoch {ours}");
        return Ok((ours > theirs).then(why));
    }
    if size < memory.size {
        return Ok(Some(format!("the audit trail had {} entries, and this database has {size}", memory.size)));
    }
    let same = leaf_of(store, memory.size).await? == memory.leaf;
    Ok((!same)
        .then(|| format!("the audit trail's entry {} is not the one that the instance file knows", memory.size - 1)))
}

fn by_checkpoint(epoch: i64, size: i64, signed: &Statement) -> Option<String> {
    let (signed_epoch, signed_size) = (signed.epoch as i64, signed.size as i64);
    if signed_epoch > epoch {
        return Some(format!("this database is of epoch {epoch}, and the last checkpoint of epoch {signed_epoch}"));
    }
    let cut = signed_epoch == epoch && signed_size > size;
    cut.then(|| format!("the last checkpoint covers {signed_size} audit entries, and this database has {size}"))
}

/// The leaf of the last of so many entries; empty where there is none.
pub(super) async fn leaf_of(store: &dyn Store, size: i64) -> Result<String> {
    if size == 0 {
        return Ok(String::new());
    }
    let query = AuditQuery { from_seq: size - 1, limit: 1, ..AuditQuery::default() };
    let last = store.audit(&query).await?.into_iter().find(|row| row.seq == size - 1);
    Ok(last.map(|row| row.leaf).unwrap_or_default())
}
