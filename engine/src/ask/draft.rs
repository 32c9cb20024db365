//! `<resource> [access level] <duration> [reason]`.

use super::{
    SUBCOMMANDS,
    length::{self, Clock, Found},
    nearest,
    scan::Scan,
};
use crate::{command::Draft, id::AccessLevel, ports::Offer, refusal::Refusal, time::Length};

/// How near a word behind the duration must be to an access level to be taken for a slip of the fingers, not for a
/// reason. Without this, `4h read-onyl` would quietly ask for the default level.
const SLIP: f64 = 0.93;

/// Reads a draft.
pub(super) fn read(mut scan: Scan<'_>, offers: &[Offer], clock: Clock) -> Result<Draft, Refusal> {
    let mut offer: Option<&Offer> = None;
    let mut access: Option<AccessLevel> = None;
    let mut duration: Option<Length> = None;
    while let Some(word) = scan.peek() {
        if offer.is_none()
            && let Some(found) = find(word, offers)
        {
            offer = Some(found);
        } else if duration.is_none()
            && let Found::Length(length) = length::read(&mut scan, clock)
        {
            duration = Some(length);
            continue;
        } else if let (Some(offer), None) = (offer, &access)
            && let Some(level) = level(word, offer, duration.is_some())?
        {
            access = Some(level);
        } else if let (Some(_), Some(_)) = (offer, duration) {
            break;
        } else {
            return Err(lost(scan, offer, access.is_some(), offers, clock));
        }
        scan = scan.after_one();
    }
    let offer = offer.ok_or_else(|| unknown_resource("", offers))?;
    let duration = duration.ok_or(Refusal::BadDuration { wanted: String::new() })?;
    Ok(Draft { resource: offer.resource.clone(), access, duration, reason: reason(scan.rest()), holder: None })
}

/// The offer of that name; names differ by more than case.
pub(super) fn find<'a>(word: &str, offers: &'a [Offer]) -> Option<&'a Offer> {
    let exact = offers.iter().find(|o| o.resource.as_str() == word);
    exact.or_else(|| offers.iter().find(|o| o.resource.as_str().eq_ignore_ascii_case(word)))
}

/// The access level that a word names. Behind the duration a reason may begin, so there a word counts only where there
/// is a choice of levels, and never inside quotes.
fn level(word: &str, offer: &Offer, behind_duration: bool) -> Result<Option<AccessLevel>, Refusal> {
    let quoted = QUOTES.iter().any(|(open, _)| word.starts_with(*open));
    if behind_duration && (quoted || offer.access.len() < 2) {
        return Ok(None);
    }
    let bare = |text: &str| text.to_lowercase().replace(['-', '_'], "");
    if let Some(level) = offer.access.iter().find(|level| bare(level.as_str()) == bare(word)) {
        return Ok(Some(level.clone()));
    }
    let slip = |level: &AccessLevel| {
        word.len() < 100 && strsim::jaro_winkler(&word.to_lowercase(), &level.as_str().to_lowercase()) >= SLIP
    };
    match behind_duration && offer.access.iter().any(slip) {
        true => Err(unknown_access(word, offer)),
        false => Ok(None),
    }
}

/// A word that fits nowhere, before all that is needed was said.
fn lost(scan: Scan<'_>, offer: Option<&Offer>, has_access: bool, offers: &[Offer], clock: Clock) -> Refusal {
    let word = scan.peek().unwrap_or_default();
    let Some(offer) = offer else { return unknown_resource(word, offers) };
    if let Found::Malformed(wanted) = length::read(&mut scan.clone(), clock) {
        return Refusal::BadDuration { wanted };
    }
    let mut ahead = scan.after_one();
    if matches!(length::read(&mut ahead, clock), Found::Length(_)) && !has_access {
        return unknown_access(word, offer);
    }
    let is_length = |at: &Scan<'_>| matches!(length::read(&mut at.clone(), clock), Found::Length(_));
    let places = std::iter::successors(Some(scan.after_one()), |at| at.peek().map(|_| at.after_one()));
    match places.take(50).any(|at| is_length(&at)) {
        true => Refusal::UnknownWord {
            wanted: short(word),
            nearest: nearest(word, offer.access.iter().map(AccessLevel::as_str)),
        },
        false => Refusal::BadDuration { wanted: String::new() },
    }
}

fn unknown_access(word: &str, offer: &Offer) -> Refusal {
    Refusal::UnknownAccess { wanted: short(word), offered: offer.access.clone() }
}

fn unknown_resource(word: &str, offers: &[Offer]) -> Refusal {
    let names = || offers.iter().filter(|o| o.requestable).map(|o| o.resource.as_str());
    if word.is_empty() {
        return Refusal::UnknownResource {
            wanted: String::new(),
            nearest: names().take(3).map(str::to_owned).collect(),
        };
    }
    let (resources, commands) = (nearest(word, names()), nearest(word, SUBCOMMANDS.into_iter()));
    match resources.is_empty() && !commands.is_empty() {
        true => Refusal::UnknownWord { wanted: short(word), nearest: commands },
        false => Refusal::UnknownResource { wanted: short(word), nearest: resources },
    }
}

/// Enough of a word to recognise it by.
fn short(word: &str) -> String {
    word.chars().take(60).collect()
}

/// The rest as it was typed, without the quotes around it.
fn reason(rest: &str) -> Option<String> {
    let rest = rest.trim();
    let inside = QUOTES.iter().find_map(|(open, close)| {
        let inside = rest.strip_prefix(*open)?.strip_suffix(*close)?;
        (!inside.contains([*open, *close])).then_some(inside)
    });
    Some(inside.unwrap_or(rest).trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The quotes that keyboards and phones make.
pub(super) const QUOTES: [(char, char); 6] = [('"', '"'), ('“', '”'), ('\'', '\''), ('‘', '’'), ('«', '»'), ('„', '“')];
