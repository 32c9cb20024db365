//! Slack Bolt, and the ceiling probe, which takes the same: Slack's traffic at one address.

use crate::{
    client,
    dialect::{Dialect, Vote},
    reading::now_ms,
    signed::{Poster, Press, command},
};

/// See the module.
pub struct Bolt {
    poster: Poster,
    press: Press,
    fake: String,
    host: String,
    prefix: u64,
}

impl Bolt {
    /// To this server; `fake` is Slack.
    pub fn new(host: &str, fake: &str) -> Self {
        let poster = Poster::new(host);
        Self {
            poster,
            press: Press::new("approve", fake),
            fake: fake.to_owned(),
            host: host.to_owned(),
            prefix: now_ms(),
        }
    }
}

impl Dialect for Bolt {
    fn create(&self, n: usize, deadline: u64) -> Vec<u8> {
        let text = format!("r{:x}-{n} prod-db-primary read-write {deadline}", self.prefix);
        self.poster.post("/slack/events", &command("U0REQ", &text, &n.to_string(), "C00000001", &self.fake))
    }

    fn named(&self, n: usize, status: u16, _: &[u8]) -> Option<String> {
        (status == 200).then(|| format!("r{:x}-{n}", self.prefix))
    }

    fn vote(&self, id: &str, vote: Vote) -> Vec<u8> {
        let user = user(vote);
        let form = self.press.form(&user, &format!("{id}|{}|approve", vote.step), "13345224609", "C00000001");
        self.poster.post("/slack/events", &form)
    }

    fn read(&self, id: &str) -> Vec<u8> {
        client::request("GET", &self.host, &format!("/state?id={id}"), "", b"")
    }
}

/// `U1A`, `U1B` ... of the first step, and so on.
pub fn user(vote: Vote) -> String {
    format!("U{}{}", vote.step, ['A', 'B', 'C', 'D'][vote.person])
}
