//! E-mail as people use it: they read, and follow links.

use super::{
    Failure, FakeMail, Follow, How, PASSWORD, PLACE,
    letter::{Letter, Link},
};
use crate::{
    PEOPLE,
    stage::{Fault, Stage},
};
use async_trait::async_trait;
use countersign_engine::person::Platform;

impl FakeMail {
    /// With somebody who follows links.
    pub fn with_browser(mut self, follow: Follow) -> Self {
        self.follow = Some(follow);
        self
    }

    async fn follows(&self, who: usize, label: &str, note: &str) -> String {
        let Some(follow) = &self.follow else { return "Nobody follows links here.".into() };
        let has = |letter: &Letter| letter.links().into_iter().find(|link: &Link| link.label == label);
        match self.letters_for(&mailbox(who)).iter().rev().find_map(has) {
            Some(link) => follow(who, link.href, note.to_owned()).await,
            None => format!("No mail to {} has a button {label}.", mailbox(who)),
        }
    }

    fn bar(&self, answer: &str, mailboxes: impl Iterator<Item = String>) {
        mailboxes.for_each(|to| self.refuse(&to, answer));
    }
}

fn mailbox(who: usize) -> String {
    format!("{}@acme.com", PEOPLE.get(who.wrapping_sub(1)).unwrap_or(&"stranger"))
}

#[async_trait]
impl Stage for FakeMail {
    fn platform(&self) -> Platform {
        Platform::Email
    }

    async fn types(&self, _who: usize, _words: &str) -> String {
        "Nobody can ask by e-mail.".into()
    }

    async fn presses(&self, who: usize, label: &str) -> String {
        self.follows(who, label, "").await
    }

    async fn denies(&self, who: usize, note: &str) -> String {
        self.follows(who, "Deny", note).await
    }

    /// A mail stays as it was; this is the newest.
    fn in_place(&self) -> Option<String> {
        self.letters_for(PLACE).pop().map(|letter| letter.text)
    }

    fn read_by(&self, who: usize) -> Vec<String> {
        self.letters_for(&mailbox(who)).into_iter().map(|letter| letter.text).collect()
    }

    /// SMTP has no word for how long to wait, and no events: what has no counterpart makes no trouble.
    fn fail(&self, fault: Fault) {
        match fault {
            Fault::RetryAfter(_) | Fault::Limited => {
                self.fail_once(Failure::at("MAIL", How::Say("450 4.7.1 too many messages")));
            }
            Fault::ServerError => self.fail_once(Failure::at("DATA", How::Say("451 4.3.0 local error"))),
            Fault::Unavailable => self.fail_always(Failure::at("MAIL", How::Say("421 4.3.2 closing"))),
            Fault::Garbage => self.fail_once(Failure::at("RCPT", How::Say("<html>oops"))),
            Fault::Lost => self.fail_once(Failure::at(".", How::HangUp)),
            Fault::LostAfter => self.fail_once(Failure::at(".", How::HangUpAfter)),
            Fault::Kicked => self.bar("550 5.1.1 no such mailbox", std::iter::once(PLACE.to_owned())),
            Fault::Blocked => self.bar("550 5.7.1 not accepted", (1..=PEOPLE.len()).map(mailbox)),
            Fault::Revoked => {
                self.set_password(&format!("no longer {PASSWORD}"));
                self.fail_always(Failure::at("MAIL", How::Say("530 5.7.0 authentication required")));
            }
            Fault::Deleted | Fault::Disconnect | Fault::Duplicate | Fault::Reordered => {}
        }
    }

    fn mend(&self) {
        self.end_trouble();
    }

    fn complaints(&self) -> Vec<String> {
        FakeMail::complaints(self)
    }
}
