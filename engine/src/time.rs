//! Moments and lengths. Nothing here reads a clock: the present is always a parameter.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// A moment, in UTC.
pub type Timestamp = DateTime<Utc>;

/// A length of time in whole seconds: at least one second, at most 366 days. Written `4h`, `90m`, `1h 30m`, `2d`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Length(i64);

/// Why a text is not a length.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a duration")]
pub struct BadLength(pub String);

impl Length {
    /// The longest there is.
    pub const MAX: Self = Self(366 * 86_400);

    /// From seconds; `None` outside 1 s to 366 days.
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        (1..=Self::MAX.0).contains(&seconds).then_some(Self(seconds))
    }
    /// From minutes. For constants; saturates at the bounds.
    pub const fn minutes(minutes: i64) -> Self {
        let seconds = minutes * 60;
        if seconds < 1 {
            Self(1)
        } else if seconds > Self::MAX.0 {
            Self::MAX
        } else {
            Self(seconds)
        }
    }
    /// From hours. For constants; saturates at the bounds.
    pub const fn hours(hours: i64) -> Self {
        Self::minutes(hours * 60)
    }
    /// Between two moments, rounded down to seconds; `None` when `to` is not after `from` or too far.
    pub fn between(from: Timestamp, to: Timestamp) -> Option<Self> {
        Self::from_seconds((to - from).num_seconds())
    }
    /// In seconds.
    pub fn seconds(self) -> i64 {
        self.0
    }
    /// As chrono's type, for arithmetic with [`Timestamp`].
    pub fn delta(self) -> TimeDelta {
        TimeDelta::seconds(self.0)
    }
    /// A tenth of it, at least a second.
    pub fn tenth(self) -> Self {
        Self((self.0 / 10).max(1))
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [(86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")];
        let mut rest = self.0;
        let mut written = 0;
        for (unit, letter) in parts {
            let n = rest / unit;
            if n > 0 && written < 2 {
                if written > 0 {
                    f.write_str(" ")?;
                }
                write!(f, "{n}{letter}")?;
                written += 1;
            }
            rest %= unit;
        }
        Ok(())
    }
}
impl fmt::Debug for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}s", self.0)
    }
}

impl FromStr for Length {
    type Err = BadLength;
    fn from_str(text: &str) -> Result<Self, BadLength> {
        let bad = || BadLength(text.chars().take(40).collect());
        let parsed = humantime::parse_duration(text.trim()).map_err(|_| bad())?;
        if parsed.subsec_nanos() != 0 {
            return Err(bad());
        }
        i64::try_from(parsed.as_secs()).ok().and_then(Self::from_seconds).ok_or_else(bad)
    }
}

/// Lengths travel as exact seconds with a unit (`"14400s"` never loses what Display rounds away).
impl Serialize for Length {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(&format_args!("{}s", self.0))
    }
}
impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_type() {
        for (text, seconds) in [("4h", 14_400), ("90m", 5_400), ("2d", 172_800), ("1h30m", 5_400), ("1h 30m", 5_400)] {
            assert_eq!(text.parse::<Length>().map(Length::seconds), Ok(seconds), "{text}");
        }
        for text in ["", "4", "h", "-4h", "0m", "0s", "1e9h", "9999999999h", "4h; drop", "500ms", "400d"] {
            assert!(text.parse::<Length>().is_err(), "{text}");
        }
    }

    #[test]
    fn says_it_as_people_do() {
        for (seconds, text) in [(14_400, "4h"), (5_400, "1h 30m"), (59, "59s"), (134, "2m 14s"), (90_061, "1d 1h")] {
            assert_eq!(Length::from_seconds(seconds).map(|l| l.to_string()).as_deref(), Some(text));
        }
    }
}
