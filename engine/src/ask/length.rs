//! How long: `4h`, `1h 30m`, `2 hours`, `for 4h`, `until 18:00`.

use super::scan::Scan;
use crate::time::{Length, Timestamp};
use chrono::{Days, LocalResult, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;

/// What a time of day refers to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    pub now: Timestamp,
    pub timezone: Tz,
}

/// What stands where a length could.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A length.
    Length(Length),
    /// Something that was meant as one.
    Malformed(String),
    /// Something else.
    Nothing,
}

/// Reads a length at the front of `scan`, and moves behind it when there is one.
pub(super) fn read(scan: &mut Scan<'_>, clock: Clock) -> Found {
    let mut ahead = *scan;
    let first = ahead.take().unwrap_or_default().to_lowercase();
    let found = match first.as_str() {
        "until" | "till" => until(&mut ahead, clock),
        "for" => match plain(&mut ahead) {
            Found::Length(length) => Found::Length(length),
            _ => Found::Nothing,
        },
        _ => {
            ahead = *scan;
            plain(&mut ahead)
        }
    };
    if matches!(found, Found::Length(_)) {
        *scan = ahead;
    }
    found
}

fn plain(scan: &mut Scan<'_>) -> Found {
    let Some(word) = scan.take().map(str::to_lowercase) else { return Found::Nothing };
    if !word.trim_start_matches(['-', '+']).starts_with(|c: char| c.is_ascii_digit()) {
        return Found::Nothing;
    }
    // `2 hours`
    if word.bytes().all(|b| b.is_ascii_digit()) {
        let unit = scan.peek().unwrap_or_default().to_lowercase();
        return match format!("{word}{unit}").parse() {
            Ok(length) if unit.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                *scan = scan.after_one();
                Found::Length(length)
            }
            _ => Found::Malformed(word),
        };
    }
    let Ok(mut length) = word.parse::<Length>() else { return Found::Malformed(word.chars().take(40).collect()) };
    // `1h 30m`: each further piece in a smaller unit than the one before.
    let mut unit = unit_of(&word);
    while let Some(next) = scan.peek().map(str::to_lowercase) {
        let smaller = unit_of(&next);
        if smaller >= unit {
            break;
        }
        let Ok(more) = next.parse::<Length>() else { break };
        let Some(sum) = Length::from_seconds(length.seconds() + more.seconds()) else { break };
        (length, unit) = (sum, smaller);
        *scan = scan.after_one();
    }
    Found::Length(length)
}

/// The size of a piece's last unit: seconds 1 to days 4; too big for what is not digits and one such letter at the end.
fn unit_of(word: &str) -> u8 {
    let unit = match word.bytes().last() {
        Some(b's') => 1,
        Some(b'm') => 2,
        Some(b'h') => 3,
        Some(b'd') => 4,
        _ => return u8::MAX,
    };
    let shaped = word.starts_with(|c: char| c.is_ascii_digit())
        && word.bytes().all(|b| b.is_ascii_digit() || matches!(b, b's' | b'm' | b'h' | b'd'));
    if shaped { unit } else { u8::MAX }
}

fn until(scan: &mut Scan<'_>, clock: Clock) -> Found {
    let Some(word) = scan.take() else { return Found::Malformed("until".into()) };
    let mut text = word.to_lowercase();
    if let Some(half @ ("am" | "pm")) = scan.peek().map(str::to_lowercase).as_deref() {
        text.push_str(half);
        *scan = scan.after_one();
    }
    match time_of_day(&text).and_then(|time| length_until(time, clock)) {
        Some(length) => Found::Length(length),
        None => Found::Malformed(format!("until {}", word.chars().take(30).collect::<String>())),
    }
}

/// `18:00`, `6pm`, `6:30pm`.
fn time_of_day(text: &str) -> Option<NaiveTime> {
    let (digits, half) = match (text.strip_suffix("am"), text.strip_suffix("pm")) {
        (Some(digits), _) => (digits, Some(0)),
        (_, Some(digits)) => (digits, Some(12)),
        _ => (text, None),
    };
    let (hour, minute) = digits.split_once(':').or(half.map(|_| (digits, "00")))?;
    let number = |t: &str| (1..=2).contains(&t.len()).then(|| t.parse::<u32>().ok()).flatten();
    let (hour, minute) = (number(hour)?, number(minute).filter(|_| minute.len() == 2)?);
    match half {
        None => NaiveTime::from_hms_opt(hour, minute, 0),
        Some(half) => (1..=12).contains(&hour).then(|| NaiveTime::from_hms_opt(hour % 12 + half, minute, 0)).flatten(),
    }
}

/// To the next such moment on the caller's clock: today, or tomorrow when today's is over.
fn length_until(time: NaiveTime, clock: Clock) -> Option<Length> {
    let today = clock.now.with_timezone(&clock.timezone).date_naive();
    [today, today.checked_add_days(Days::new(1))?]
        .into_iter()
        .flat_map(|day| moments(day.and_time(time), clock.timezone))
        .find_map(|moment| Length::between(clock.now, moment))
}

/// When a wall clock shows this: twice in the night that goes back, earlier first; in the night that goes forward, an
/// hour that does not exist means the first moment after the gap.
fn moments(local: NaiveDateTime, timezone: Tz) -> Vec<Timestamp> {
    match timezone.from_local_datetime(&local) {
        LocalResult::Single(t) => vec![t.to_utc()],
        LocalResult::Ambiguous(early, late) => vec![early.to_utc(), late.to_utc()],
        // The longest gap of any zone's daylight saving is two hours; a zone that skips a whole day finds none here.
        LocalResult::None => (1..=180)
            .find_map(|minutes| timezone.from_local_datetime(&(local + TimeDelta::minutes(minutes))).earliest())
            .map(|t| t.to_utc())
            .into_iter()
            .collect(),
    }
}
