//! Time, and a process that works while it passes.

use super::Life;
use crate::{checker::Checked, faults::Fault, world::Part};
use chrono::TimeDelta;
use countersign_engine::time::Timestamp;

/// The most that happens in one stretch of time; then the script goes on where the clock is.
const HOPS: usize = 24;
/// Rounds until all that is due is done: one thing leads to the next.
const ROUNDS: usize = 12;

/// As often as the product does it by itself.
const UPKEEP: TimeDelta = TimeDelta::seconds(15);

impl Life {
    /// Seconds, minutes, hours; seldom days. Now and then the process stands still meanwhile.
    pub(super) async fn time_goes_on(&mut self) -> Checked {
        let longest = match self.script.below(100) {
            0..45 => 20,
            45..75 => 600,
            75..97 => 7_200,
            _ => 172_800,
        };
        let by = TimeDelta::milliseconds(self.script.between(1, longest * 1_000));
        if self.script.one_in(12) {
            self.world.faults.note(Fault::Stall);
            self.world.clock.advance(by);
            self.says(format_args!("stands still for {by}"));
            return self.looks(false).await;
        }
        self.passes(self.world.now() + by, HOPS).await
    }

    /// The clock goes on to `until`, and the process does everything when it is due.
    pub(super) async fn passes(&mut self, until: Timestamp, hops: usize) -> Checked {
        for _ in 0..hops {
            let Some(next) = self.world.backend.next_due()?.filter(|next| *next <= until) else {
                self.clock_goes_to(until);
                break;
            };
            self.clock_goes_to(next);
            self.pump().await?;
        }
        self.pump().await
    }

    fn clock_goes_to(&mut self, moment: Timestamp) {
        let by = moment - self.world.now();
        if by > TimeDelta::zero() {
            self.world.clock.advance(by);
        }
    }

    /// The process works until nothing is due.
    pub(super) async fn pump(&mut self) -> Checked {
        if (self.world.now() - self.kept_up).abs() >= UPKEEP {
            self.kept_up = self.world.now();
            self.world.upkeep(false).await;
        }
        for _ in 0..ROUNDS {
            let rung = self.part(Part::Timers, false).await?;
            let revoked = self.part(Part::Revoke, false).await?;
            let granted = self.part(Part::Grant, false).await?;
            let told = self.part(Part::Deliver, rung + revoked + granted == 0).await?;
            if rung + revoked + granted + told == 0 {
                break;
            }
        }
        Ok(())
    }
}
