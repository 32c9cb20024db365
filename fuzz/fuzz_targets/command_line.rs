//! What people type after `/access`: what is read is what one would type again, and every refusal stays short.
#![no_main]

use countersign_engine::{
    ask::{self, Ask},
    refusal::Refusal,
    words,
};
use countersign_fuzz::{now, offers};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (offers, zone) = (offers(), chrono_tz::Tz::UTC);
    let read = |text: &str| ask::parse(text, &offers, now(), zone);
    let said = read(text);
    match &said {
        Ok(Ask::Request(draft)) => {
            let offer = offers.iter().find(|offer| offer.resource == draft.resource);
            let offer = offer.expect("a resource of the catalogue");
            assert!(draft.access.as_ref().is_none_or(|level| offer.access.contains(level)));
            assert!(draft.reason.as_deref().is_none_or(|reason| !reason.trim().is_empty()));
            let again = read(&ask::print(draft));
            // Where all kinds of quotes stand in a reason it cannot be quoted, and its first word may be a level's.
            let quotes = ['"', '“', '”', '\'', '‘', '’', '«', '»', '„'];
            if draft.reason.as_deref().is_none_or(|reason| !reason.contains(quotes)) {
                assert_eq!(again, Ok(Ask::Request(draft.clone())), "{}", ask::print(draft));
            }
        }
        Err(refusal) => {
            let said = words::refusal(refusal);
            assert!(!said.is_empty() && said.chars().count() < 1_200, "{said}");
            match refusal {
                Refusal::UnknownResource { nearest, .. } | Refusal::UnknownWord { nearest, .. } => {
                    assert!(nearest.len() <= 5);
                }
                Refusal::UnknownAccess { offered, .. } => assert!(!offered.is_empty()),
                Refusal::BadDuration { wanted } => assert!(wanted.chars().count() <= 60),
                other => panic!("a parser does not say {other:?}"),
            }
        }
        _ => {}
    }
    if !text.contains('/') {
        assert_eq!(read(&format!("/access {text}")), said, "the command's name changes nothing");
    }
});
