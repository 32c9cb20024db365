//! What happens next.

use super::Life;
use crate::{checker::Checked, faults::Fault, world::Part};
use chrono::TimeDelta;

impl Life {
    /// One event, as chance has it.
    pub(super) async fn event(&mut self) -> Checked {
        match self.script.below(200) {
            0..12 => self.asks(),
            12..30 => self.presses_a_button(),
            30..56 => self.votes_as_asked(),
            56..68 => self.tries_anything(),
            68..120 => return self.arrives().await,
            120..130 => return self.works(Part::Timers).await,
            130..140 => return self.works(Part::Revoke).await,
            140..150 => return self.works(Part::Grant).await,
            150..164 => return self.works(Part::Deliver).await,
            164..182 => return self.time_goes_on().await,
            182..184 => self.clock_jumps(),
            184..187 => self.lights_the_fuse(),
            187..190 => self.something_goes_down(),
            190..193 => return self.organisation_changes().await,
            193..195 => self.somebody_deletes(),
            195..197 => self.world.checkpoint().await,
            197 => self.place_comes_and_goes(),
            198 => self.world.upkeep(false).await,
            _ => self.world.upkeep(true).await,
        }
        self.looks(false).await
    }

    async fn works(&mut self, part: Part) -> Checked {
        self.part(part, false).await.map(drop)
    }

    fn lights_the_fuse(&mut self) {
        let after = self.script.below(60);
        self.says(format_args!("the process dies after {after} effects"));
        self.world.faults.light_the_fuse(after);
    }

    fn clock_jumps(&mut self) {
        let seconds = self.script.between(-600, 600);
        self.world.faults.note(if seconds < 0 { Fault::ClockBack } else { Fault::ClockForward });
        self.world.clock.advance(TimeDelta::seconds(seconds));
        self.says(format_args!("the clock jumps by {seconds} s"));
    }

    fn something_goes_down(&mut self) {
        let long = self.script.of([30, 300, 3_600, 20_000]);
        let until = self.world.now() + TimeDelta::seconds(self.script.between(1, long));
        match self.script.below(4) {
            n @ 0..2 => {
                self.world.faults.note(Fault::TargetDown);
                self.world.targets[n as usize].goes_down(until);
            }
            n => {
                self.world.faults.note(Fault::PlatformDown);
                self.world.chats[n as usize - 2].goes_down(until);
            }
        }
        self.says(format_args!("something is down until {until}"));
    }

    fn somebody_deletes(&mut self) {
        let chat = &self.world.chats[self.script.index(2)];
        if let Some(last) = chat.count().checked_sub(1) {
            let index = last - self.script.index(last.min(20) + 1);
            chat.delete(index);
            self.world.faults.note(Fault::Deleted);
            self.says(format_args!("message {index} is deleted"));
        }
    }

    fn place_comes_and_goes(&mut self) {
        let gone = self.script.one_in(2);
        if gone {
            self.world.faults.note(Fault::PlaceGone);
        }
        self.world.checkpoint_place(gone).unwrap_or_else(|error| panic!("the second place: {error}"));
        self.says(format_args!("the second place is gone: {gone}"));
    }
}
