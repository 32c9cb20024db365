//! A card as a message: its headers, its thread, its two bodies.

use crate::render;
use countersign_engine::{
    card::{Card, Kind},
    effect::News,
    time::Timestamp,
};
use lettre::{
    Address,
    message::{
        Mailbox, Message, MessageBuilder, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};
use std::hash::{DefaultHasher, Hash, Hasher};

/// What goes over the wire.
pub(crate) struct Letter {
    pub(crate) from: Address,
    pub(crate) to: Address,
    /// Headers and body, ready for DATA.
    pub(crate) bytes: Vec<u8>,
    /// The Message-ID.
    pub(crate) id: String,
}

impl Letter {
    /// Can a server without SMTPUTF8 (RFC 6531) take it?
    pub(crate) fn is_ascii(&self) -> bool {
        [&self.from, &self.to].iter().all(|address| AsRef::<str>::as_ref(*address).is_ascii())
    }
}

/// What all our messages share.
pub(crate) struct Sender {
    pub(crate) from: Mailbox,
    /// The right side of our Message-IDs, in ASCII.
    pub(crate) domain: String,
    /// Where the console is, without a slash at the end.
    pub(crate) public_url: String,
}

impl Sender {
    /// The message for `to`. Errors: lettre cannot make it, which no card brings about.
    pub(crate) fn letter(&self, to: Address, card: &Card, now: Timestamp) -> Result<Letter, String> {
        let id = self.id(&to, card, now);
        let mut builder = Message::builder()
            .date(now.into())
            .from(self.from.clone())
            .to(to.clone().into())
            .subject(render::header(&subject(card)))
            .message_id(Some(id.clone()));
        if let Some(about) = &card.about {
            // Nobody ever got the root, and nobody needs to: whoever joins later is in the same thread (RFC 5322, 3.6.4).
            let root = format!("<{}.thread@{}>", about.request, self.domain);
            builder = builder.references(root.clone()).in_reply_to(root);
        }
        // RFC 3834, section 5, and what Exchange reads in its place: nobody's absence notice answers us.
        builder = fixed(builder, "Auto-Submitted", "auto-generated".into());
        builder = fixed(builder, "X-Auto-Response-Suppress", "All".into());
        if is_optional(card.kind) {
            builder = fixed(builder, "List-Unsubscribe", format!("<{}>", render::notifications(&self.public_url)));
        }
        let parts = MultiPart::alternative_plain_html(
            render::text(card, &self.public_url),
            render::html(card, &self.public_url),
        );
        let message = builder.multipart(parts).map_err(|why| why.to_string())?;
        Ok(Letter { from: self.from.email.clone(), to, bytes: message.formatted(), id })
    }

    /// The same message sent twice, because the server's answer was lost, has the same id, which mail systems take as a
    /// reason to show it once. What is meant to be said again has an id for each minute.
    fn id(&self, to: &Address, card: &Card, now: Timestamp) -> String {
        let mut hasher = DefaultHasher::new();
        AsRef::<str>::as_ref(to).hash(&mut hasher);
        match said_once(card.kind) {
            true => card.buttons.iter().for_each(|button| button.token.to_string().hash(&mut hasher)),
            false => (now.timestamp() / 60).hash(&mut hasher),
        }
        let request = card.about.as_ref().map_or("test", |about| about.request.as_str());
        format!("<{request}.{}.{:016x}@{}>", key(card.kind), hasher.finish(), self.domain)
    }
}

/// The same for a request's whole life, since clients thread by it; what is new stands in the body and in the preview.
fn subject(card: &Card) -> String {
    match &card.about {
        Some(about) => format!("[{}] {}", about.short_id, about.subject),
        None => format!("[Countersign] {}", card.title.to_plain()),
    }
}

/// May one decline to get it? Reminders only: everything else is the process itself.
fn is_optional(kind: Kind) -> bool {
    kind == Kind::Reminder
}

fn said_once(kind: Kind) -> bool {
    matches!(kind, Kind::Request | Kind::News(News::Opened | News::Decided | News::Active | News::Ended))
}

/// The word for a kind in Message-IDs.
fn key(kind: Kind) -> &'static str {
    match kind {
        Kind::Request => "request",
        Kind::Reminder => "reminder",
        Kind::Test => "test",
        Kind::News(news) => match news {
            News::Opened => "opened",
            News::Decided => "decided",
            News::Blocked => "blocked",
            News::Escalated => "escalated",
            News::Active => "active",
            News::EndsSoon => "ends-soon",
            News::Trouble => "trouble",
            News::Ended => "ended",
            News::Overdue => "overdue",
        },
    }
}

fn fixed(builder: MessageBuilder, name: &'static str, value: String) -> MessageBuilder {
    builder.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(name), value))
}
