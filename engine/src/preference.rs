//! How a person wants to be told: on which platform first, and when not.

use crate::{person::Platform, time::Timestamp};
use chrono::{NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a person prefers. The default leaves everything to the workflow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preference {
    /// Platforms in order: the first on which the person can be reached is used, and no other beside it. Empty: as the
    /// workflow says.
    pub first: Vec<Platform>,
    /// When only what cannot wait is sent.
    pub quiet: Option<Quiet>,
    /// Platforms on which reminders are welcome; `None`: on all.
    pub reminders: Option<Vec<Platform>>,
}

impl Preference {
    /// Are reminders welcome there?
    pub fn is_reminded_on(&self, platform: Platform) -> bool {
        self.reminders.as_ref().is_none_or(|welcome| welcome.contains(&platform))
    }
}

/// Hours of every day in which a person is left alone. An end that is not after the beginning is on the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quiet {
    /// From this wall-clock time, inclusive.
    pub from: NaiveTime,
    /// To this wall-clock time, exclusive.
    pub to: NaiveTime,
    /// The zone of that clock; the person's own when absent.
    pub timezone: Option<Tz>,
}

impl Quiet {
    /// When the quiet hours end in which `now` lies; `None` outside of them. `home` is the person's own time zone. Judged
    /// on the wall clock, so daylight saving moves the hours with the person.
    pub fn end(&self, now: Timestamp, home: Tz) -> Option<Timestamp> {
        let zone = self.timezone.unwrap_or(home);
        let local = now.with_timezone(&zone);
        let (day, time) = (local.date_naive(), local.time());
        let overnight = self.from > self.to;
        let inside = match overnight {
            true => time >= self.from || time < self.to,
            false => self.from <= time && time < self.to,
        };
        let last = if overnight && time >= self.from { day.succ_opt()? } else { day };
        let at = |wall: chrono::NaiveDateTime| zone.from_local_datetime(&wall).earliest();
        let wall = last.and_time(self.to);
        // An end in the hour that a change to summer time leaves out comes an hour later.
        let end = at(wall).or_else(|| at(wall + TimeDelta::hours(1)))?;
        inside.then(|| end.to_utc())
    }
}

/// `22:00-07:00 Europe/Berlin`.
impl fmt::Display for Quiet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.from.format("%H:%M"), self.to.format("%H:%M"))?;
        match self.timezone {
            Some(zone) => write!(f, " {zone}"),
            None => Ok(()),
        }
    }
}
