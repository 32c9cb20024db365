//! Lengths and times of day: within their bounds, and read back as they are written.
#![no_main]

use countersign_engine::{ask, time::Length};
use countersign_fuzz::now;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for zone in [chrono_tz::Tz::UTC, chrono_tz::Tz::America__New_York, chrono_tz::Tz::Asia__Kathmandu] {
        let Ok(length) = ask::length(text, now(), zone) else { continue };
        assert!((1..=Length::MAX.seconds()).contains(&length.seconds()));
        let lower = text.to_lowercase();
        if lower.contains("until") || lower.contains("till") {
            assert!(length <= Length::hours(25), "the next time that it is so late");
        }
        let exact = format!("{}s", length.seconds());
        assert_eq!(exact.parse(), Ok(length));
        assert_eq!(ask::length(&exact, now(), zone), Ok(length));
        let said: Length = length.to_string().parse().expect("what we write, we read");
        assert!(said <= length && length.seconds() - said.seconds() < 86_400, "rounded down, by less than a day");
    }
    if let Ok(length) = text.parse::<Length>() {
        assert!((1..=Length::MAX.seconds()).contains(&length.seconds()));
        let json = serde_json::to_string(&length).expect("JSON");
        assert_eq!(serde_json::from_str::<Length>(&json).ok(), Some(length));
    }
});
