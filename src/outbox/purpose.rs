//! What messages are for, as words in the database.

use countersign_engine::effect::News;

/// The copy that places have; approvers have one for each step that they are asked at.
pub(crate) const CARD: &str = "card";
/// Proof that messages arrive.
pub(crate) const TEST: &str = "test";

const NEWS: [(News, &str); 9] = [
    (News::Opened, "opened"),
    (News::Decided, "decided"),
    (News::Blocked, "blocked"),
    (News::Escalated, "escalated"),
    (News::Active, "active"),
    (News::EndsSoon, "ends_soon"),
    (News::Trouble, "trouble"),
    (News::Ended, "ended"),
    (News::Overdue, "overdue"),
];

/// News whose message has buttons for its reader, so it converges like a card: one per request, brought up to date.
fn is_converging(news: News) -> bool {
    matches!(news, News::Opened | News::Decided | News::Active)
}

/// What a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// [`CARD`], or `card:STEP`: the copy of somebody who is asked at this step.
    Card {
        /// The step; `None` in a place.
        step: Option<usize>,
    },
    /// `news:KIND` where it converges, `news:KIND:MOMENT` where it is told once.
    News(News),
    /// `remind:STEP:MOMENT`
    Reminder {
        /// The step.
        step: usize,
    },
    /// `test:MOMENT`
    Test,
}

impl Purpose {
    /// Is it a copy of the card?
    pub(crate) fn is_card(word: &str) -> bool {
        matches!(Self::of(word), Some(Self::Card { .. }))
    }

    /// From the word in the database; `None` when it is none of ours.
    pub(crate) fn of(word: &str) -> Option<Self> {
        let mut parts = word.split(':');
        match (parts.next()?, parts.next()) {
            (CARD, None) => Some(Self::Card { step: None }),
            (CARD, Some(step)) => step.parse().ok().map(|step| Self::Card { step: Some(step) }),
            (TEST, _) => Some(Self::Test),
            ("remind", Some(step)) => step.parse().ok().map(|step| Self::Reminder { step }),
            ("news", Some(key)) => NEWS.iter().find(|(_, word)| *word == key).map(|(news, _)| Self::News(*news)),
            _ => None,
        }
    }

    /// Is the message brought up to date for as long as it is there?
    pub(crate) fn converges(self) -> bool {
        match self {
            Self::Card { .. } => true,
            Self::News(news) => is_converging(news),
            Self::Reminder { .. } | Self::Test => false,
        }
    }

    /// For people.
    pub(crate) fn words(self) -> String {
        match self {
            Self::Card { step: None } => "card".into(),
            Self::Card { step: Some(step) } => format!("card, step {}", step + 1),
            Self::News(news) => format!("news: {}", key(news).replace('_', " ")),
            Self::Reminder { step } => format!("reminder, step {}", step + 1),
            Self::Test => "test".into(),
        }
    }
}

fn key(news: News) -> &'static str {
    NEWS.iter().find(|(known, _)| *known == news).map_or("", |(_, word)| word)
}

/// The word for news; `raised` tells one-off messages of the same kind apart.
pub(super) fn news(news: News, raised: i64) -> String {
    match is_converging(news) {
        true => format!("news:{}", key(news)),
        false => format!("news:{}:{raised}", key(news)),
    }
}

/// The word for the copy of somebody who is asked at a step: each ask is a message of its own, which a change of an older
/// one would not be noticed as.
pub(super) fn ask(step: usize) -> String {
    format!("{CARD}:{step}")
}

/// The word for a reminder.
pub(super) fn reminder(step: usize, raised: i64) -> String {
    format!("remind:{step}:{raised}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lead_back() {
        for (kind, _) in NEWS {
            assert_eq!(Purpose::of(&news(kind, 7)), Some(Purpose::News(kind)));
        }
        assert_eq!(Purpose::of(&reminder(2, 7)), Some(Purpose::Reminder { step: 2 }));
        assert_eq!(Purpose::of(CARD), Some(Purpose::Card { step: None }));
        assert_eq!(Purpose::of(&ask(2)), Some(Purpose::Card { step: Some(2) }));
        assert_eq!(Purpose::of("test:7"), Some(Purpose::Test));
        assert_eq!(
            [Purpose::of(""), Purpose::of("news:none"), Purpose::of("remind:x"), Purpose::of("card:x")],
            [None; 4]
        );
    }
}
