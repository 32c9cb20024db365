//! Frames of Discord's gateway in any order: the session never speaks faster than it may, and resumes what was.
#![no_main]

use countersign_discord::gateway::session::{Act, Session};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use std::time::Duration;

fuzz_target!(|text: &str| {
    let mut session = Session::default();
    session.connected();
    for line in text.lines().take(60) {
        let Ok(frame) = serde_json::from_str::<Value>(line) else { continue };
        let before = session.welcomes();
        match session.on(frame.clone()) {
            Act::Greet(every) => {
                assert!((Duration::from_millis(20)..=Duration::from_secs(600)).contains(&every));
                let greeting = session.greeting("token");
                assert_eq!(greeting["op"] == 6, greeting["d"]["session_id"].is_string());
                assert!(greeting["op"] == 2 || greeting["d"]["seq"].is_u64());
            }
            Act::Send(beat) => assert_eq!(beat["op"], 1),
            Act::Serve(interaction) => {
                assert_eq!((&frame["t"], &frame["d"]), (&"INTERACTION_CREATE".into(), &interaction))
            }
            Act::Leave(_) | Act::Nothing => {}
        }
        assert!(session.welcomes() - before <= 1);
    }
    let first = session.beat();
    assert!(first.is_none() || session.beat().is_none(), "a second beat before the first is answered");
    session.forget();
    assert_eq!((session.url(), &session.greeting("token")["op"]), (None, &2.into()));
});
