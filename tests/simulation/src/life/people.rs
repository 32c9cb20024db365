//! What people do, and how it gets to us.

use super::{Flight, Life};
use crate::{
    checker::Checked,
    faults::Fault,
    organisation::{self, Organisation, PEOPLE, RESOURCES},
    wish::{Refused, What, Wish},
};
use chrono::TimeDelta;
use countersign_engine::{
    address::Address,
    card::{Token, Verb},
    command::{Command, Draft, Trim},
    person::{Account, Platform},
    ports::Caller,
    time::Length,
};

impl Life {
    /// Somebody wants access.
    pub(super) fn asks(&mut self) {
        let caller = self.somebody();
        let draft = Draft {
            resource: RESOURCES[self.script.index(RESOURCES.len())].into(),
            access: self.script.of([None, Some("read"), Some("write")]).map(Into::into),
            duration: Length::minutes(self.script.of([5, 20, 60, 200])),
            reason: self.script.one_in(2).then(|| "because".into()),
            holder: None,
        };
        self.sends(caller, What::Ask(draft));
    }

    /// Somebody presses what a card shows: whoever reads it, or in a place anybody.
    pub(super) fn presses_a_button(&mut self) {
        let which = self.script.index(2);
        let count = self.world.chats[which].count();
        if count == 0 {
            return;
        }
        // Mostly what is new; old cards are pressed too.
        let back = if self.script.one_in(4) { count } else { count.min(30) };
        let index = count - 1 - self.script.index(back);
        let Some(message) = self.world.chats[which].message(index).filter(|m| !m.deleted) else { return };
        let caller = match &message.address {
            Address::Direct(account) => Caller::Account(account.clone()),
            Address::Place { platform, .. } => Caller::Account(self.account_on(*platform)),
        };
        let Some(button) = self.script.pick(&message.card.buttons).cloned() else { return };
        if let Some(command) = self.command_of(&button.token) {
            self.sends(caller, What::Act(button.token.request.to_string(), command));
        }
    }

    fn command_of(&mut self, token: &Token) -> Option<Command> {
        let step = token.step;
        match token.verb {
            Verb::Approve => Some(Command::Approve { step, note: None, trim: Trim::default() }),
            // Denials are rarer among people than buttons for them on cards.
            Verb::Deny if self.script.one_in(4) => Some(Command::Deny { step, note: None }),
            Verb::Trim => {
                let duration = self.script.one_in(2).then(|| Length::minutes(self.script.between(1, 60)));
                let access = self.script.one_in(2).then(|| "read".into());
                Some(Command::Approve { step, note: None, trim: Trim { access, duration } })
            }
            Verb::Cancel if self.script.one_in(4) => Some(Command::Cancel),
            Verb::Start => Some(Command::Start),
            Verb::End => Some(Command::End),
            Verb::Deny | Verb::Cancel | Verb::Details => None,
        }
    }

    /// Somebody who may vote does, for most requests have to get somewhere.
    pub(super) fn votes_as_asked(&mut self) {
        let open: Vec<_> = self.checker.open_steps(&self.world.organisation);
        let Some((request, step, voters)) = self.script.pick(&open).cloned() else { return };
        let Some(person) = self.script.pick(&voters).copied() else { return };
        let account = self.script.pick(&Organisation::accounts(person)).cloned();
        let trim = Trim { access: None, duration: self.script.one_in(8).then(|| Length::minutes(30)) };
        let command = match self.script.one_in(16) {
            true => Command::Deny { step: Some(step), note: None },
            false => Command::Approve { step: Some(step), note: None, trim },
        };
        if let Some(account) = account {
            self.sends(Caller::Account(account), What::Act(request, command));
        }
    }

    /// Anybody tries anything with any request.
    pub(super) fn tries_anything(&mut self) {
        let live: Vec<_> = self.checker.live_requests().map(|r| (r.id.clone(), r.short_id.clone())).collect();
        let Some((id, short)) = self.script.pick(&live).cloned() else { return };
        let name = if self.script.one_in(2) { id.to_string() } else { short.to_string() };
        let step = self.script.of([None, None, Some(0), Some(1), Some(7)]);
        let command = match self.script.below(16) {
            0..8 => Command::Approve { step, note: None, trim: Trim::default() },
            8 | 9 => Command::Deny { step, note: Some("no".into()) },
            10 => Command::Cancel,
            11 => Command::Start,
            12 => Command::End,
            13 => Command::Revoke { note: None },
            _ => Command::Waive { note: "I looked".into() },
        };
        let caller = self.somebody();
        self.sends(caller, What::Act(name, command));
    }

    fn somebody(&mut self) -> Caller {
        let person = self.script.index(PEOPLE);
        match self.script.below(8) {
            0 => Caller::Person { id: organisation::name(person).as_str().into(), platform: Platform::Api },
            1 => Caller::Person { id: organisation::name(person).as_str().into(), platform: Platform::Console },
            2 => Caller::Account(self.account_on(Platform::Discord)),
            _ => Caller::Account(self.account_on(Platform::Slack)),
        }
    }

    /// Mostly somebody's; sometimes one that was bound by code, or that nobody knows.
    fn account_on(&mut self, platform: Platform) -> Account {
        let unknown = organisation::account(platform, &format!("X{}", self.script.below(3)));
        let person = self.script.index(PEOPLE);
        let theirs = Organisation::accounts(person).into_iter().filter(|a| a.platform == platform);
        let theirs: Vec<Account> = theirs.collect();
        match self.script.one_in(12) {
            true => unknown,
            false => self.script.pick(&theirs).cloned().unwrap_or(unknown),
        }
    }

    /// Somebody does something; whether, when and how often it reaches us is another matter.
    fn sends(&mut self, caller: Caller, what: What) {
        self.keys += 1;
        let wish = Wish { caller, key: format!("k{}", self.keys), what };
        let faults = self.world.faults.clone();
        if faults.strikes(Fault::Drop, 1) {
            return;
        }
        let copies = if faults.strikes(Fault::Duplicate, 1) { 2 } else { 1 };
        for _ in 0..copies {
            let late = match faults.strikes(Fault::Delay, 1) {
                true => self.script.of([60, 600, 7_200, 172_800]),
                false => 0,
            };
            let due = self.world.now() + TimeDelta::seconds(self.script.between(0, late));
            self.flying.push(Flight { due, wish: wish.clone() });
        }
    }

    /// What is due reaches us, up to four at once.
    pub(super) async fn arrives(&mut self) -> Checked {
        let now = self.world.now();
        let mut wishes = Vec::new();
        for _ in 0..self.script.of([1, 1, 2, 4]) {
            let due: Vec<usize> = (0..self.flying.len()).filter(|n| self.flying[*n].due <= now).collect();
            let Some(first) = due.first() else { break };
            let at = match due.len() > 1 && self.world.faults.strikes(Fault::Reorder, 1) {
                true => due[self.script.index(due.len())],
                false => *first,
            };
            wishes.push(self.flying.remove(at).wish);
        }
        for wish in &wishes {
            if let (Some(decision), What::Act(request, _)) = (wish.decision(), &wish.what) {
                self.checker.presses(self.world.organisation.person_of(&wish.caller), request, decision);
            }
        }
        self.world.hears(wishes).await;
        self.notes_answers();
        self.looks(false).await
    }

    fn notes_answers(&mut self) {
        let answers = self.world.answers.clone();
        let answers = answers.lock();
        for answer in answers.iter().skip(self.heard) {
            self.heard += 1;
            let word = answer.wish.word();
            let caller = match &answer.wish.caller {
                Caller::Account(account) => account.to_string(),
                Caller::Person { id, platform } => format!("{id} on {}", platform.key()),
            };
            match &answer.said {
                Ok(request) => {
                    self.votes += u64::from(answer.wish.decision().is_some());
                    let (short, version) = (&request.short_id, request.version);
                    self.says(format_args!("{caller} {word}: {short} is at {version}"));
                }
                Err(Refused::No(code)) => self.says(format_args!("{caller} {word}: {code}")),
                Err(Refused::Unavailable) => {
                    self.says(format_args!("{caller} {word}: unavailable"));
                    // The platform, or the person, tries again with the same key.
                    let due = self.world.now() + TimeDelta::seconds(self.script.between(0, 60));
                    self.flying.push(Flight { due, wish: answer.wish.clone() });
                }
            }
        }
    }
}
