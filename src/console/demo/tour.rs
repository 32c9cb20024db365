//! The tour: what to try next, worked out from what has happened.

use super::chat::Chat;
use countersign_engine::{
    grant::GrantState,
    request::{Request, State},
};

/// One stop of the tour.
pub struct Stop {
    /// What to do.
    pub title: &'static str,
    /// How, in a line.
    pub how: &'static str,
    /// Whom to be for it.
    pub person: &'static str,
    /// What to type, where that is it.
    pub text: Option<&'static str>,
    /// What to open, where that is it.
    pub open: Option<&'static str>,
    /// It has been done.
    pub done: bool,
    /// It is the next.
    pub next: bool,
}

impl Stop {
    /// The name of the person to be, as the demo's directory has it.
    pub fn name(&self) -> &'static str {
        match self.person {
            "lisa" => "Lisa",
            _ => "Dev",
        }
    }
}

const GRAFANA: &str = "/access grafana 10m looking at the dashboards";
const PROD_DB: &str = "/access prod-db 4h fixing the billing migration";

/// The stops. What was done once stays done.
pub fn stops(requests: &[Request], chat: &Chat) -> Vec<Stop> {
    let any = |resource: &str, test: &dyn Fn(&Request) -> bool| {
        requests.iter().any(|r| r.asked.resource.as_str() == resource && test(r))
    };
    let approved = |r: &Request| matches!(r.state, State::Approved { .. });
    let over = |r: &Request| r.grant.as_ref().is_some_and(|g| matches!(g.state, GrantState::Ended { .. }));
    let visited = |r: &Request| chat.visited(&r.id);
    let stop = |title, how, person, done| Stop { title, how, person, text: None, open: None, done, next: false };
    let mut stops = vec![
        Stop {
            text: Some(GRAFANA),
            ..stop("Ask", "As Dev, type a request into the chat.", "dev", any("grafana", &|_| true))
        },
        stop("Approve", "Be Lisa, the team lead, and press Approve on the card.", "lisa", any("grafana", &approved)),
        Stop {
            open: Some("/demo/grafana"),
            ..stop("Open the page", "As Dev, open the page that was closed before.", "dev", any("grafana", &visited))
        },
        stop(
            "Watch it close",
            "Press End, or move the clock past its time.",
            "dev",
            any("grafana", &|r| visited(r) && over(r)),
        ),
        Stop {
            text: Some(PROD_DB),
            ..stop(
                "Three steps",
                "Ask for prod-db: team lead, manager, then two of security.",
                "dev",
                any("prod-db", &approved),
            )
        },
    ];
    if let Some(next) = stops.iter_mut().find(|s| !s.done) {
        next.next = true;
    }
    stops
}
