//! The tour: what to try next, worked out from what has happened to the tour's own requests.

use super::chat::Chat;
use crate::console::show::{person::Shown, text};
use countersign_engine::{
    grant::GrantState,
    id::PersonId,
    policy::Policy,
    request::{Request, State},
    time::Timestamp,
    view::{RequestView, StepState},
};

/// One stop of the tour.
pub struct Stop {
    /// What to do.
    pub title: &'static str,
    /// How, in a line.
    pub how: String,
    /// Whom to be for it.
    pub person: String,
    /// Their name.
    pub name: String,
    /// What to type, where that is it.
    pub text: Option<&'static str>,
    /// What to open, where that is it.
    pub open: Option<&'static str>,
    /// It has been done.
    pub done: bool,
    /// It is the next.
    pub next: bool,
}

const GRAFANA: &str = "/access grafana 10m looking at the dashboards";
const PROD_DB: &str = "/access prod-db 4h fixing the billing migration";
/// Who asks.
const DEV: &str = "dev";
/// Who votes, where several could: as the story is told.
const CAST: [&str; 4] = ["lisa", "manager", "sec1", "sec2"];

/// The stops. What was done once stays done, unless nothing can follow from it any more.
pub fn stops(requests: &[Request], chat: &Chat, policy: &Policy, now: Timestamp) -> Vec<Stop> {
    let of = |resource: &'static str| {
        requests.iter().filter(move |r| r.requester.as_str() == DEV && r.asked.resource.as_str() == resource)
    };
    let grafana: Vec<&Request> = of("grafana").filter(|r| chat.was_typed(&r.id)).collect();
    let any = |test: &dyn Fn(&Request) -> bool| grafana.iter().any(|r| test(r));
    let visited = |r: &Request| chat.visited(&r.id);
    let of_use = |r: &Request| is_approved(r) && (!is_over(r) || visited(r));
    let mut stops = vec![
        stop("Ask", "As Dev, type a request into the chat.", DEV, any(&|r| r.state.is_pending() || of_use(r))),
        stop("Approve", "Be Lisa, the team lead, and press Approve on the card.", "lisa", any(&of_use)),
        stop("Open the page", "As Dev, open the page that was closed before.", DEV, any(&visited)),
        stop(
            "Watch it close",
            "Press End access on the card, or move the clock past its time.",
            DEV,
            any(&|r| visited(r) && is_over(r)),
        ),
        three_steps(&of("prod-db").collect::<Vec<_>>(), policy, now),
    ];
    stops[0].text = Some(GRAFANA);
    stops[2].open = Some("/demo/grafana");
    if let Some(next) = stops.iter_mut().find(|s| !s.done) {
        next.next = true;
    }
    for stop in &mut stops {
        stop.name = Shown::of(&PersonId::new(&*stop.person), policy).name;
    }
    stops
}

fn stop(title: &'static str, how: &str, person: &str, done: bool) -> Stop {
    let (how, person) = (how.to_owned(), person.to_owned());
    Stop { title, how, person, name: String::new(), text: None, open: None, done, next: false }
}

fn is_approved(r: &Request) -> bool {
    matches!(r.state, State::Approved { .. })
}

fn is_over(r: &Request) -> bool {
    r.grant.as_ref().is_some_and(|g| matches!(g.state, GrantState::Ended { .. }))
}

/// The chain of three: one after the other is told whom to be, until it is through.
fn three_steps(requests: &[&Request], policy: &Policy, now: Timestamp) -> Stop {
    const TITLE: &str = "Three steps";
    let done = requests.iter().any(|r| is_approved(r));
    let pending = requests.iter().find(|r| r.state.is_pending());
    match pending.and_then(|r| next_voter(r, policy, now)) {
        Some((step, who)) if !done => {
            let name = Shown::of(&who, policy).name;
            stop(TITLE, &format!("{step}: be {name} and press Approve on the card."), who.as_str(), done)
        }
        _ => {
            let how = "Ask for prod-db: team lead, manager, then two of security.";
            Stop { text: pending.is_none().then_some(PROD_DB), ..stop(TITLE, how, DEV, done) }
        }
    }
}

/// The open step's name, and who of those who can vote on it comes first in the story.
fn next_voter(request: &Request, policy: &Policy, now: Timestamp) -> Option<(String, PersonId)> {
    let view = RequestView::new(request.clone(), None, Vec::new(), policy, now);
    let step = view.steps.iter().find(|s| matches!(s.state, StepState::Open { .. }))?;
    let place = |id: &&PersonId| CAST.iter().position(|c| *c == id.as_str()).unwrap_or(CAST.len());
    Some((text::clean(&step.name), step.can.iter().min_by_key(place)?.clone()))
}
