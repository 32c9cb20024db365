//! Lengths of time are whole seconds, everywhere.

use countersign_engine::time::Length;
use proptest::prelude::*;

proptest! {
    /// What is stored reads back exactly; what people read is never longer than the truth.
    #[test]
    fn lengths_survive(seconds in 1..=Length::MAX.seconds()) {
        let length = Length::from_seconds(seconds).unwrap();
        let json = serde_json::to_string(&length).unwrap();
        prop_assert_eq!(serde_json::from_str::<Length>(&json).unwrap(), length);
        let read: Length = length.to_string().parse().unwrap();
        prop_assert!(read <= length && length.seconds() - read.seconds() < (seconds / 24).max(1), "{} for {}", read, length);
        prop_assert!(length.tenth() <= length);
    }
}

#[test]
fn there_is_no_length_of_nothing() {
    for seconds in [i64::MIN, -1, 0, Length::MAX.seconds() + 1, i64::MAX] {
        assert_eq!(Length::from_seconds(seconds), None);
    }
    for text in ["\"0s\"", "\"-1s\"", "\"\"", "4", "null", "\"500 days\""] {
        assert!(serde_json::from_str::<Length>(text).is_err(), "{text}");
    }
}
