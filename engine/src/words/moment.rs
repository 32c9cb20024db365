//! Moments and lengths as people say them.

use crate::time::{Length, Timestamp};

/// `14:00 UTC on 3 March`.
pub fn moment(at: Timestamp) -> String {
    at.format("%H:%M UTC on %-d %B").to_string()
}

/// The same without the day, when that is today's: `14:00 UTC`.
pub fn clock(at: Timestamp, now: Timestamp) -> String {
    match at.date_naive() == now.date_naive() {
        true => at.format("%H:%M UTC").to_string(),
        false => moment(at),
    }
}

/// `28m left`; `time is over` at and after the moment.
pub fn left(until: Timestamp, now: Timestamp) -> String {
    match Length::between(now, until) {
        Some(length) => format!("{} left", rounded(length)),
        None => "time is over".into(),
    }
}

/// `30 min`, `1h`, `1d 2h`: a length that somebody set.
pub fn period(length: Length) -> String {
    match length.seconds() {
        s if s < 3_600 && s % 60 == 0 => format!("{} min", s / 60),
        _ => length.to_string(),
    }
}

/// Seconds matter only in the last minutes.
fn rounded(length: Length) -> Length {
    match length.seconds() {
        s if s >= 600 => Length::minutes(s / 60),
        _ => length,
    }
}
