//! One request, told step by step with the engine's own decisions.

use crate::{acme, moment};
use chrono_tz::Tz;
use countersign_engine::{
    ask::{self, Ask},
    card::{self, Card},
    command::{Command, Draft, Trim},
    decide::{self, NewRequest, Report, Standing},
    directory::Directory,
    effect::News,
    id::{PersonId, RequestId, ShortId},
    person::{Person, Platform},
    policy::Policy,
    ports::Offer,
    request::{Request, Via},
    time::{Length, Timestamp},
    transition::Transition,
    view::RequestView,
};

/// A request of the demo organisation with the means to move it on. Every method panics when the engine refuses.
#[derive(Clone, Debug)]
pub struct Story {
    /// The organisation; may be changed before the request opens, and by [`Story::reform`] after.
    pub policy: Policy,
    /// The request as it stands.
    pub request: Request,
    /// The present.
    pub now: Timestamp,
}

impl Story {
    /// `who` types `text` after `/access` at 10:00.
    pub fn ask(who: &str, text: &str) -> Self {
        Self::ask_in(acme(), who, text)
    }
    /// The same in another organisation.
    pub fn ask_in(policy: Policy, who: &str, text: &str) -> Self {
        let offers: Vec<Offer> = policy.resources.values().map(offer).collect();
        let Ok(Ask::Request(draft)) = ask::parse(text, &offers, moment(10, 0), Tz::UTC) else {
            panic!("not a request: {text}")
        };
        Self::open(policy, who, draft)
    }
    /// `who` submits a draft at 10:00.
    pub fn open(policy: Policy, who: &str, draft: Draft) -> Self {
        let new = NewRequest { id: RequestId::new("01JNDEM0000000000000000842"), short_id: ShortId::new("req-84a2") };
        let now = moment(10, 0);
        let opened =
            decide::open(draft, &PersonId::from(who), &via(Platform::Slack), new, &Standing::default(), &policy, now);
        let request = opened.expect("the request opens").request;
        Self { policy, request, now }
    }
    /// Time passes; nothing happens by itself.
    pub fn after(mut self, minutes: i64, seconds: i64) -> Self {
        self.now += chrono::TimeDelta::seconds(minutes * 60 + seconds);
        self
    }
    /// The clock rings, and finds something due.
    pub fn ring(mut self) -> Self {
        let rung = decide::ring(&self.request, &self.policy, self.now);
        self.took(rung)
    }
    /// Somebody does something.
    pub fn act(mut self, who: &str, platform: Platform, command: Command) -> Self {
        let done = decide::decide(&self.request, &PersonId::from(who), &via(platform), command, &self.policy, self.now);
        self.request = done.expect("accepted").request;
        self
    }
    /// Somebody approves as asked, on the console.
    pub fn approve(self, who: &str) -> Self {
        self.act(who, Platform::Console, Command::Approve { step: None, note: None, trim: Trim::default() })
    }
    /// Somebody approves less, with a note.
    pub fn trim(self, who: &str, duration: Length, note: &str) -> Self {
        let trim = Trim { access: None, duration: Some(duration) };
        self.act(who, Platform::Slack, Command::Approve { step: None, note: Some(note.into()), trim })
    }
    /// Somebody denies.
    pub fn deny(self, who: &str, note: &str) -> Self {
        self.act(who, Platform::Slack, Command::Deny { step: None, note: Some(note.into()) })
    }
    /// The connector reports.
    pub fn report(mut self, report: Report) -> Self {
        let settled = decide::settle(&self.request, report, &self.policy, self.now);
        self.took(settled)
    }
    /// The organisation changes; what follows from it, if anything, happens.
    pub fn reform(mut self, change: impl FnOnce(&mut Policy)) -> Self {
        change(&mut self.policy);
        if let Some(done) = decide::reassess(&self.request, &self.policy, self.now) {
            self.request = done.request;
        }
        self
    }
    /// As somebody reads it, or everybody.
    pub fn view(&self, reader: Option<&str>) -> RequestView {
        let reader = reader.map(PersonId::from);
        let notified = vec![Platform::Slack, Platform::Email];
        RequestView::new(self.request.clone(), reader.as_ref(), notified, &self.policy, self.now)
    }
    /// The shared card.
    pub fn card(&self) -> Card {
        card::request(&self.view(None))
    }
    /// The reminder.
    pub fn reminder(&self) -> Card {
        card::reminder(&self.view(None))
    }
    /// News, as somebody gets it.
    pub fn news(&self, reader: &str, news: News) -> Card {
        card::news(&self.view(Some(reader)), news)
    }

    fn took(&mut self, done: Option<Transition>) -> Self {
        self.request = done.expect("something was due").request;
        self.clone()
    }
}

/// Changes one person of an organisation.
pub fn change_person(policy: &mut Policy, id: &str, change: impl FnOnce(&mut Person)) {
    let directory = &policy.directory;
    let mut people: Vec<Person> = directory.people().cloned().collect();
    change(people.iter_mut().find(|p| p.id.as_str() == id).expect("a person of the organisation"));
    policy.directory = Directory::new(directory.levels().to_vec(), directory.teams().clone(), people, Tz::UTC);
}

fn via(platform: Platform) -> Via {
    Via { platform, account: None }
}

fn offer(resource: &countersign_engine::resource::Resource) -> Offer {
    Offer {
        resource: resource.id.clone(),
        description: resource.description.clone(),
        kind: resource.kind,
        access: resource.access.clone(),
        default_access: resource.default_access.clone(),
        max_duration: resource.max_duration,
        requestable: true,
    }
}
