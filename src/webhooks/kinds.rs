//! The types of messages: one for each kind of event.

use countersign_engine::event::Event;

/// Every type there is. Where several things happened at once, the first of them in this order names the message.
pub const KINDS: [&str; 21] = [
    "request.denied",
    "request.timed_out",
    "request.withdrawn",
    "request.cancelled",
    "request.approved",
    "request.opened",
    "request.escalated",
    "request.voted",
    "grant.failed",
    "grant.ended",
    "grant.revocation_overdue",
    "grant.revocation_began",
    "grant.activated",
    "grant.troubled",
    "grant.warned",
    "grant.started",
    "request.blocked",
    "request.unblocked",
    "request.trimmed",
    "request.step_opened",
    "request.reminded",
];

/// An event's type.
pub fn kind(event: &Event) -> &'static str {
    match event {
        Event::Opened { .. } => "request.opened",
        Event::Voted { .. } => "request.voted",
        Event::Trimmed { .. } => "request.trimmed",
        Event::StepOpened { .. } => "request.step_opened",
        Event::Escalated { .. } => "request.escalated",
        Event::Reminded { .. } => "request.reminded",
        Event::Blocked { .. } => "request.blocked",
        Event::Unblocked => "request.unblocked",
        Event::Approved { .. } => "request.approved",
        Event::Denied { .. } => "request.denied",
        Event::TimedOut { .. } => "request.timed_out",
        Event::Withdrawn { .. } => "request.withdrawn",
        Event::Cancelled { .. } => "request.cancelled",
        Event::GrantStarted { .. } => "grant.started",
        Event::GrantActivated { .. } => "grant.activated",
        Event::GrantTroubled { .. } => "grant.troubled",
        Event::GrantWarned { .. } => "grant.warned",
        Event::RevocationBegan { .. } => "grant.revocation_began",
        Event::RevocationOverdue { .. } => "grant.revocation_overdue",
        Event::GrantEnded { .. } => "grant.ended",
        Event::GrantFailed { .. } => "grant.failed",
    }
}

/// The type of the message that tells all of these, which happened in one transition.
pub fn headline(events: &[Event]) -> &'static str {
    let kinds: Vec<&str> = events.iter().map(kind).collect();
    KINDS.into_iter().find(|kind| kinds.contains(kind)).unwrap_or("request.changed")
}
