//! What only Discord does: its gateway breaks, and repeats itself.

use crate::office::Office;
use countersign_engine::person::Platform;
use countersign_kit::{DEV, LISA, stage::Fault};

/// A break in between loses nothing, and what comes three times counts once.
#[tokio::test]
async fn breaks_and_repetitions() {
    let office = Office::on(Platform::Discord).await;
    let (w, discord) = (&office.w, office.stage());
    discord.fail(Fault::Duplicate);
    discord.types(DEV, "prod-db 4h billing migration").await;
    w.settle().await;
    discord.fail(Fault::Disconnect);
    discord.presses(LISA, "Approve").await;
    w.settle().await;
    assert!(discord.in_place().unwrap().contains("approved by lisa"));
    assert_eq!(w.store.audit_head().await.unwrap().size, 2);
    assert_eq!(discord.complaints(), Vec::<String>::new());
}
