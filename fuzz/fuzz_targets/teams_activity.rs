//! Teams' activities: read tolerantly, whoever acts is who it says, and words are never longer than they came.
#![no_main]

use countersign_engine::desk::Heard;
use countersign_teams::inbound::{Activity, What};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    let Ok(activity) = Activity::read(bytes) else { return };
    let value: Value = serde_json::from_slice(bytes).expect("what was read is JSON");
    assert!(!activity.conversation.is_empty());
    assert_eq!(value["conversation"]["id"], activity.conversation.as_str());
    assert!(activity.delivery().starts_with(&format!("teams:{}/", activity.conversation)));
    if let Some(from) = &activity.from {
        assert_eq!(value["from"]["id"], from.id.as_str());
        let object = value["from"]["aadObjectId"].as_str().filter(|id| !id.is_empty()).map(str::to_lowercase);
        assert_eq!(from.object, object);
    }
    match &activity.what {
        What::Message(heard) | What::Invoke(heard) => {
            assert!(!activity.id.is_empty(), "a delivery without a name could be repeated");
            if let Heard::Typed(text) = heard {
                assert!(text.trim() == text && value["value"].is_null());
            }
        }
        What::Show(request) => assert!(String::from_utf8_lossy(bytes).contains("show") && request.len() <= bytes.len()),
        What::Other(_) => {}
    }
});
