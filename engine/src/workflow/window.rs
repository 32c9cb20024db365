//! Weekly time windows with an IANA time zone.

use crate::time::Timestamp;
use chrono::{Datelike, NaiveTime, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A window that returns every week. A window whose end is not after its start goes on past midnight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The days on which it starts.
    pub days: Vec<Day>,
    /// From this wall-clock time, inclusive.
    pub from: NaiveTime,
    /// To this wall-clock time, exclusive.
    pub to: NaiveTime,
    /// The zone of that clock.
    pub timezone: Tz,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl From<Weekday> for Day {
    fn from(day: Weekday) -> Self {
        [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri, Self::Sat, Self::Sun]
            [day.num_days_from_monday() as usize]
    }
}

impl Window {
    /// Is the moment inside? Judged on the zone's wall clock, so daylight saving moves the window with the people.
    pub fn contains(&self, now: Timestamp) -> bool {
        let local = now.with_timezone(&self.timezone);
        let (day, time) = (local.weekday(), local.time());
        let starts = |d: Weekday| self.days.contains(&d.into());
        if self.from < self.to {
            starts(day) && self.from <= time && time < self.to
        } else {
            (starts(day) && self.from <= time) || (starts(day.pred()) && time < self.to)
        }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days: Vec<String> = self.days.iter().map(|d| format!("{d:?}")).collect();
        write!(f, "{} {}-{} {}", days.join(","), self.from.format("%H:%M"), self.to.format("%H:%M"), self.timezone)
    }
}
