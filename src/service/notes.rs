//! What a request's readers are told about messages that did not arrive.

use crate::store::{Posting, PostingState};
use countersign_engine::{
    request::Request,
    view::{DeliveryNote, Instead},
};

/// One per person or place and platform that failed, in the order in which they were tried.
pub(super) fn of(postings: &[Posting], request: &Request) -> Vec<DeliveryNote> {
    let mut notes: Vec<DeliveryNote> = Vec::new();
    for lost in postings.iter().filter(|p| p.passed_on && (p.person.is_some() || p.is_in_place())) {
        let Some(note) = note(lost, postings, request) else { continue };
        if !notes.iter().any(|known| known.whom == note.whom && known.on == note.on) {
            notes.push(note);
        }
    }
    notes
}

fn note(lost: &Posting, postings: &[Posting], request: &Request) -> Option<DeliveryNote> {
    let instead = postings.iter().find(|p| p.instead_of == Some(lost.id));
    let same = |p: &&Posting| p.id != lost.id && p.purpose == lost.purpose && p.person == lost.person && p.reaches();
    let other = postings.iter().find(same);
    let arrived = lost.state == PostingState::Delivered;
    let instead = match (&lost.person, instead, other) {
        (Some(_), Some(next), _) => Instead::On(next.address.platform()),
        (None, Some(_), _) => Instead::Approvers,
        // It came late, or the same was told elsewhere as well: nobody misses anything.
        (_, None, _) if arrived => return None,
        (Some(_), None, Some(_)) => return None,
        (None, None, Some(place)) => Instead::On(place.address.platform()),
        (None, None, None) if !request.chain.notify.approvers.is_empty() => Instead::Approvers,
        (_, None, None) => Instead::Nothing,
    };
    let (whom, on) = (lost.person.clone(), lost.address.platform());
    Some(DeliveryNote { whom, on, why: why(lost), instead })
}

/// A copy that came late has no error any more.
fn why(lost: &Posting) -> String {
    match lost.error.is_empty() {
        true => "it did not answer".into(),
        false => lost.error.clone(),
    }
}
