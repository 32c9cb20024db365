//! The fake as a stage, as the scripts for all platforms use it.

use crate::world::{World, place};
use countersign_engine::ports::{DeliveryError, Messenger};
use countersign_kit::stage::{Fault, Stage};

#[tokio::test]
async fn a_conversation_on_the_stage() {
    let w = World::new().await;
    let said = w.teams.types(1, "prod-db 4h billing migration").await;
    assert!(said.contains("req-0000"), "{said}");
    w.post_card().await;
    assert!(w.teams.in_place().unwrap().contains("billing migration"));
    assert!(w.teams.presses(1, "Approve").await.contains("your own request"));
    assert_eq!(w.teams.presses(2, "Approve").await, "");
    assert!(w.teams.presses(3, "Details").await.contains("Why this chain"));
    w.teams.presses(3, "Back to the card").await;
    assert_eq!(w.teams.denies(3, "not now").await, "");
    assert_eq!(w.engine.only().state.key(), "denied");
    assert_eq!(w.teams.read_by(1).len(), 1);
    assert!(w.teams.types(9, "list").await.contains("/access link"));
}

/// Whatever goes wrong on the way out, a card is never lost silently, and what is tried again arrives.
#[tokio::test]
async fn every_fault_on_the_way_out_is_answered_with_what_to_do() {
    for fault in Fault::ALL {
        let w = World::new().await;
        w.asked().await;
        let at = w.post_card().await;
        w.teams.fail(fault);
        let updated = w.bot.update(&at, &w.card()).await;
        match fault {
            Fault::RetryAfter(seconds) => {
                let after = Some(std::time::Duration::from_secs(seconds));
                assert_eq!(updated, Err(DeliveryError::Retry { after }));
            }
            Fault::Deleted => assert_eq!(updated, Err(DeliveryError::Gone)),
            Fault::Kicked => assert!(matches!(updated, Err(DeliveryError::Rejected(_)))),
            Fault::Limited
            | Fault::ServerError
            | Fault::Unavailable
            | Fault::Garbage
            | Fault::Lost
            | Fault::LostAfter => {
                assert_eq!(updated, Err(DeliveryError::Retry { after: None }), "{fault:?}");
            }
            Fault::Revoked => assert_eq!(updated, Err(DeliveryError::Retry { after: None })),
            Fault::Blocked | Fault::Disconnect | Fault::Duplicate | Fault::Reordered => assert_eq!(updated, Ok(())),
        }
        w.teams.mend();
        w.pass(std::time::Duration::from_secs(10));
        if fault == Fault::Revoked {
            countersign_engine::ports::Bot::check(w.bot.as_ref()).await.unwrap();
        }
        assert!(w.bot.post(&place(), &w.card()).await.is_ok(), "{fault:?}");
    }
}
