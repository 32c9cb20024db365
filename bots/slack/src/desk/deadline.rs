//! How long Slack waits, over Socket Mode and HTTP alike.

use super::Desk;
use crate::{answer, inbound::Inbound};
use std::time::Duration;

/// Slack wants an acknowledgement within 3 s. What takes longer is not acknowledged: Slack shows the person that it
/// failed or delivers it again, which changes nothing twice; the true answer follows when there is one.
const DEADLINE: Duration = Duration::from_millis(2_500);

/// Serves an event in a task of its own, which goes on when we stop waiting: `None` means "do not acknowledge".
pub(crate) async fn within_deadline(desk: &Desk, delivery: &str, event: &Inbound) -> Option<answer::Answer> {
    let (serving, delivery_id, served) = (desk.clone(), delivery.to_owned(), event.clone());
    let mut work = tokio::spawn(async move { serving.serve(&delivery_id, &served).await });
    match tokio::time::timeout(DEADLINE, &mut work).await {
        Ok(Ok(answer)) => Some(answer),
        Ok(Err(fault)) => {
            tracing::error!(%fault, delivery, "serving an event failed");
            None
        }
        Err(_) => {
            tracing::warn!(delivery, "deciding took longer than Slack waits");
            let (api, event) = (desk.api.clone(), event.clone());
            tokio::spawn(async move {
                if let Ok(answer) = work.await {
                    answer::send(&api, &event, answer);
                }
            });
            None
        }
    }
}
