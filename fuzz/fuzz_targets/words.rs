//! Other people's words: what is cleaned has nothing hidden left, cutting keeps its bound, isolates stay in pairs.
#![no_main]

use countersign_engine::words::{clean, cut, is_invisible, outside};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, u8)| {
    let (text, max) = (input.0, usize::from(input.1).max(1));
    let cleaned = clean(text);
    assert!(!cleaned.contains(is_invisible), "{cleaned:?}");
    assert!(!cleaned.contains('\n') && cleaned.trim() == cleaned, "one line: {cleaned:?}");
    assert_eq!(clean(&cleaned), cleaned);
    assert!(cut(&cleaned, max).chars().count() <= max, "{max}");
    let shown = outside(text, max);
    let (opened, closed) = (shown.matches('\u{2068}').count(), shown.matches('\u{2069}').count());
    assert_eq!(opened, closed, "{shown:?}");
    assert!(opened <= 1 && shown.chars().count() <= max + 2);
    let again = cut(&shown, max);
    assert_eq!(again.matches('\u{2068}').count(), again.matches('\u{2069}').count(), "{again:?}");
});
