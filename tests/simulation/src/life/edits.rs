//! The organisation changes under open requests and live grants.

use super::Life;
use crate::{
    checker::Checked,
    faults::Fault,
    organisation::{self, LEVELS, PEOPLE, RESOURCES, TEAMS},
};
use countersign_engine::person::Platform;

impl Life {
    /// One change, put in force at once.
    pub(super) async fn organisation_changes(&mut self) -> Checked {
        match self.script.below(12) {
            0..4 => self.somebody_moves(),
            4 | 5 => self.somebody_leaves(),
            6 => self.everybody_returns(),
            7 | 8 => self.workflow_is_tightened(),
            9 => self.workflow_comes_and_goes(),
            10 => self.resource_comes_and_goes(),
            _ => return self.account_changes_hands().await,
        }
        self.world.reload().await;
        self.looks(false).await
    }

    fn somebody_moves(&mut self) {
        self.world.faults.note(Fault::Membership);
        let person = self.script.index(PEOPLE);
        let them = &mut self.world.organisation.people[person];
        match self.script.below(3) {
            0 => them.level = self.script.index(LEVELS.len()),
            1 => them.manager = Some(self.script.index(PEOPLE)).filter(|m| *m != person),
            _ => {
                let team = self.script.index(TEAMS.len());
                if !them.teams.remove(&team) {
                    them.teams.insert(team);
                }
            }
        }
        self.says(format_args!("p{person} moves"));
    }

    fn somebody_leaves(&mut self) {
        self.world.faults.note(Fault::Deactivation);
        let person = self.script.index(PEOPLE);
        self.world.organisation.people[person].active = false;
        self.strangers.people.insert(person);
        self.says(format_args!("p{person} leaves"));
    }

    fn everybody_returns(&mut self) {
        self.world.faults.note(Fault::Membership);
        self.world.organisation.people.iter_mut().for_each(|person| person.active = true);
        self.says(format_args!("everybody is back"));
    }

    fn workflow_is_tightened(&mut self) {
        self.world.faults.note(Fault::PolicyEdit);
        let which = self.script.index(RESOURCES.len());
        let flow = &mut self.world.organisation.flows[which];
        flow.longest = (flow.longest / 2).max(5);
        let step = self.script.index(flow.steps.len());
        flow.steps[step].required = 2;
        flow.revalidate |= self.script.one_in(2);
        self.says(format_args!("flow {which} is tightened"));
    }

    fn workflow_comes_and_goes(&mut self) {
        self.world.faults.note(Fault::PolicyEdit);
        let which = self.script.index(RESOURCES.len());
        let flow = &mut self.world.organisation.flows[which];
        flow.there = !flow.there;
        let there = flow.there;
        self.says(format_args!("flow {which} is there: {there}"));
    }

    fn resource_comes_and_goes(&mut self) {
        self.world.faults.note(Fault::ResourceGone);
        let which = self.script.index(RESOURCES.len());
        let there = &mut self.world.organisation.resources[which];
        *there = !*there;
        let there = *there;
        self.says(format_args!("{} is there: {there}", RESOURCES[which]));
    }

    /// An account that no directory binds is somebody's by a link code, then somebody else's, then nobody's.
    async fn account_changes_hands(&mut self) -> Checked {
        self.world.faults.note(Fault::Relink);
        let platform = self.script.of([Platform::Slack, Platform::Discord]);
        let account = organisation::account(platform, &format!("X{}", self.script.below(3)));
        let owner = Some(self.script.index(PEOPLE)).filter(|_| !self.script.one_in(3));
        self.says(format_args!("{account} is {owner:?}'s"));
        self.strangers.accounts.insert(account.clone());
        self.world.relink(account, owner).await?;
        self.looks(false).await
    }
}
