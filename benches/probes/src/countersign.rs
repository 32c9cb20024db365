//! Countersign: signed slash commands and presses, and its REST API for the state.

use crate::{
    client,
    dialect::{Dialect, Vote},
    options::option,
    signed::{Poster, Press, command},
};
use std::cell::Cell;

/// How many people ask, and for how many resources, unless `--people` says otherwise. Nobody asks twice for what they hold or
/// wait for, so a database takes `PEOPLE * RESOURCES` requests. The bench's policy has the same figures.
const PEOPLE: usize = 500;
const RESOURCES: usize = 300;

/// See the module.
pub struct Countersign {
    poster: Poster,
    press: Press,
    fake: String,
    host: String,
    token: String,
    resource: String,
    channels: usize,
    people: usize,
    deliveries: Cell<u64>,
}

impl Countersign {
    /// `--token` is an auditor's; `--resource` is what resources' names begin with; `--channels` is over how many channels
    /// requests are spread.
    pub fn new(host: &str, fake: &str) -> Self {
        Self {
            poster: Poster::new(host),
            press: Press::new("approve", fake),
            fake: fake.to_owned(),
            host: host.to_owned(),
            token: option("token", "demo:auditor".to_owned()),
            resource: option("resource", "prod".to_owned()),
            channels: option("channels", 1),
            people: option("people", PEOPLE),
            deliveries: Cell::new(crate::reading::now_ms() * 1_000),
        }
    }

    /// Slack names each delivery; the same name twice is the same delivery.
    fn delivery(&self) -> String {
        self.deliveries.set(self.deliveries.get() + 1);
        self.deliveries.get().to_string()
    }

    fn channel(&self, n: usize) -> String {
        format!("C{:08}", n % self.channels)
    }
}

impl Dialect for Countersign {
    fn create(&self, n: usize, _: u64) -> Vec<u8> {
        let person = n % self.people;
        let resource = (person + n / self.people) % RESOURCES;
        let user = format!("U1{person:06}");
        let text = format!("{}-{resource} 4h the billing migration, step {n}", self.resource);
        let form = command(&user, &text, &self.delivery(), &self.channel(n), &self.fake);
        self.poster.post("/slack/commands", &form)
    }

    fn named(&self, _: usize, status: u16, body: &[u8]) -> Option<String> {
        // The private answer has the requester's own buttons, each with the request's id: "cancel:01K...:0".
        let text = std::str::from_utf8(body).ok().filter(|_| status == 200)?;
        let id = text.split_once("cancel:")?.1;
        Some(id[..id.find(|c: char| !c.is_ascii_alphanumeric())?].to_owned())
    }

    fn vote(&self, id: &str, vote: Vote) -> Vec<u8> {
        let user = format!("U2{}{:05}", vote.step, vote.person);
        let token = format!("approve:{id}:{}", vote.step - 1);
        let form = self.press.form(&user, &token, &self.delivery(), &self.channel(0));
        self.poster.post("/slack/interactions", &form)
    }

    fn read(&self, id: &str) -> Vec<u8> {
        let headers = format!("Authorization: Bearer {}\r\n", self.token);
        client::request("GET", &self.host, &format!("/api/v1/requests/{id}"), &headers, b"")
    }

    fn is_approved(&self, body: &[u8]) -> bool {
        let Ok(answer) = serde_json::from_slice::<serde_json::Value>(body) else { return false };
        answer["state"] == "approved"
    }
}
