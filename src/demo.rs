//! The demo's clock, which anybody may move to watch a timeout.

use crate::http::Web;
use countersign_engine::{refusal::Refusal, time::Length};

/// The farthest that one call moves the clock; more is a slip of the finger, and there is no way back.
const FARTHEST: Length = Length::minutes(31 * 24 * 60);

/// Moves the clock and wakes all who wait for it. Errors: more than 31 days at once, and nothing moved.
pub async fn advance(web: &Web, by: Length) -> Result<(), Refusal> {
    if by > FARTHEST {
        return Err(Refusal::DurationTooLong { cap: FARTHEST });
    }
    web.service.clock.advance(by.delta());
    web.service.store.announce().await;
    Ok(())
}
