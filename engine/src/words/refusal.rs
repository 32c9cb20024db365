//! No, and what would work (rule 44).

use super::{clean, count, cut, list, moment};
use crate::{id::PersonId, refusal::Refusal, request::Decision, time::Timestamp};

/// A refusal in words: what was wrong, then what would work. Names people by id; other people's words in it are cleaned.
/// Chat, console, API and terminal show the same words, so none says how a command is typed in one of them; only
/// [`Refusal::NotLinked`] does, which chat accounts alone hear.
pub fn refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NotLinked => {
            "This account is not connected to anybody here yet. Type /access link and finish in the console.".into()
        }
        Refusal::Deactivated => "Your account here is deactivated. An administrator can activate it again.".into(),
        Refusal::NotFound { wanted } => match wanted.is_empty() {
            true => "You have no request that could be meant.".into(),
            false => format!("There is no request {} that you may see. Your own are in your list.", quoted(wanted)),
        },
        Refusal::UnknownResource { wanted, nearest } => unknown_resource(wanted, nearest),
        Refusal::UnknownAccess { wanted, offered } => {
            let offered: Vec<String> = offered.iter().map(ToString::to_string).collect();
            format!("There is no access level {} here. There is {}.", quoted(wanted), list(&offered))
        }
        Refusal::UnknownWord { wanted, nearest } => unknown_word(wanted, nearest),
        Refusal::BadDuration { wanted } => bad_duration(wanted),
        Refusal::DurationTooLong { cap } => format!("That is too long. At most {cap} can be asked for here."),
        Refusal::ReasonRequired => {
            "A reason is needed here. Add it after the duration: \"4h fixing an invoice\".".into()
        }
        Refusal::TextTooLong { field, cap } => format!("The {field} is too long. At most {cap} characters fit."),
        Refusal::NoteRequired => "A note is needed here. Say in a few words why, and try again.".into(),
        Refusal::NoWorkflow => {
            "No workflow takes this request. Another access level or a shorter time may work; \"explain\" shows why."
                .into()
        }
        Refusal::Unsatisfiable { step, needed, available } => unsatisfiable(step, *needed, *available),
        Refusal::TooManyOpen { cap } => {
            format!("You already have {} open. Cancel one, or wait until one is decided.", count(*cap, "request"))
        }
        Refusal::AlreadyOpen { request, held: true } => {
            format!("You already have this access. Request {request} shows until when.")
        }
        Refusal::AlreadyOpen { request, held: false } => {
            format!("You have already asked for this: request {request} is pending, and shows how it stands.")
        }
        Refusal::NotForOthers => "Access can only be asked for oneself here. They can ask for it themselves.".into(),
        other => about_votes(other),
    }
}

/// The refusals of votes and of what one does with a request.
fn about_votes(refusal: &Refusal) -> String {
    match refusal {
        Refusal::OwnRequest => "This is your own request: somebody else has to vote on it.".into(),
        Refusal::NotAnApprover { step, who_can } => not_an_approver(step, who_can),
        Refusal::NotDecidedThere { platform } => super::no_votes_from(*platform),
        Refusal::AlreadyVoted { decision, at } => {
            format!(
                "Your vote is already cast: you {} at {}. One vote per person counts.",
                past(*decision),
                moment(*at)
            )
        }
        Refusal::AlreadyDecided { state, by, at } => already_decided(state, by.as_ref(), *at),
        Refusal::TimedOut { at } => {
            format!("Too late: the time was over at {}. It can be asked for again.", moment(*at))
        }
        Refusal::StaleStep => "Another step is open by now. Look at the card again, then vote.".into(),
        Refusal::ApprovalLapsed { step } => {
            format!("An approval given at \"{}\" no longer counts, so this cannot start. Ask again.", clean(step))
        }
        Refusal::CannotWiden { field } => {
            format!("An approval can only make a request smaller. Choose at most the {field} that was asked for.")
        }
        Refusal::NotAllowed { who_may } => format!("Only {who_may} may do this."),
        Refusal::WrongState { verb, state } => {
            format!(
                "There is nothing to {verb}: it is {}. The request shows how it came to that.",
                state.replace('_', " ")
            )
        }
        Refusal::KeyReused => "This idempotency key was used for something else. Send a new key.".into(),
        other => other.code().replace('_', " "),
    }
}

fn unknown_resource(wanted: &str, nearest: &[String]) -> String {
    match (wanted.is_empty(), nearest.is_empty()) {
        (true, true) => "Say which resource, then for how long: <resource> 4h.".into(),
        (true, false) => format!("Say which resource first: {}. For example: \"{} 4h\".", or(nearest), nearest[0]),
        (false, true) => {
            format!("There is no resource {}. The form for a new request lists all of them.", quoted(wanted))
        }
        (false, false) => format!("There is no resource {}. Did you mean {}?", quoted(wanted), or(nearest)),
    }
}

fn unknown_word(wanted: &str, nearest: &[String]) -> String {
    let order = "The order is: <resource> [access level] <duration> [reason]. \"help\" shows more.";
    match nearest.is_empty() {
        true => format!("{} does not fit there. {order}", quoted(wanted)),
        false => format!("{} does not fit there. Did you mean {}? {order}", quoted(wanted), or(nearest)),
    }
}

fn bad_duration(wanted: &str) -> String {
    let works = "90m, 4h, 1h30m, 2d or until 18:00";
    match wanted.is_empty() {
        true => format!("Say for how long: {works}."),
        false => format!("{} is not a duration. These are: {works}; 366 days at most.", quoted(wanted)),
    }
}

fn unsatisfiable(step: &str, needed: u32, available: u32) -> String {
    format!(
        "This could never be approved: step \"{}\" needs {}, and only {available} could give them. \
         An administrator can add approvers.",
        clean(step),
        count(needed, "approval"),
    )
}

fn not_an_approver(step: &str, who_can: &[PersonId]) -> String {
    let names: Vec<String> = who_can.iter().take(8).map(ToString::to_string).collect();
    let more = who_can.len() - names.len();
    match (names.is_empty(), more) {
        (true, _) => format!("You are not an approver of step \"{}\", and nobody can vote there now.", clean(step)),
        (_, 0) => format!("You are not an approver of step \"{}\". {} can vote.", clean(step), list(&names)),
        _ => format!(
            "You are not an approver of step \"{}\". {} and {more} more can vote.",
            clean(step),
            names.join(", ")
        ),
    }
}

/// rule 21
fn already_decided(state: &str, by: Option<&PersonId>, at: Timestamp) -> String {
    let by = by.map(|id| format!(" by {id}")).unwrap_or_default();
    format!("Nothing to decide any more: it was already {}{by}, {}.", state.replace('_', " "), moment(at))
}

fn past(decision: Decision) -> &'static str {
    match decision {
        Decision::Approve => "approved",
        Decision::Deny => "denied",
    }
}

fn or(names: &[String]) -> String {
    list(names).replace(" and ", " or ")
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", cut(&clean(text), 60))
}
