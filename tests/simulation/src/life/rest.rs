//! The end of a life: nothing goes wrong any more, and everything comes to its end.

use super::Life;
use crate::checker::{Checked, broken};
use chrono::TimeDelta;

/// More moments than anything that is still to come can need: alarms and reminders of a few days.
const MOMENTS: usize = 4_000;

impl Life {
    /// Until nothing is left to do; then everything is looked at.
    pub(super) async fn rest(&mut self) -> Checked {
        self.says(format_args!("rest"));
        self.world.faults.end();
        self.world.targets.iter().for_each(|target| target.comes_up());
        self.world.chats.iter().for_each(|chat| chat.comes_up());
        self.world.checkpoint_place(false).unwrap_or_else(|error| panic!("the second place: {error}"));
        self.pump().await?;
        for _ in 0..MOMENTS {
            let Some(next) = self.world.backend.next_due()? else {
                self.world.upkeep(true).await;
                self.world.checkpoint().await;
                self.looks(true).await?;
                let (requests, entries) = self.checker.counts();
                self.says(format_args!("at rest {requests} {entries}"));
                return self.checker.at_rest(&self.world, &self.strangers).await;
            };
            let moment = next.max(self.world.now());
            self.passes(moment + TimeDelta::microseconds(1), 1).await?;
        }
        let next = self.world.backend.next_due()?;
        broken("L4", format!("there is no end to what is due; next is {next:?}, now is {}", self.world.now()))
    }
}
