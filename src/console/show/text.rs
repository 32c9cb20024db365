//! Other people's words on our pages. Askama escapes markup; the engine's `words::clean` takes out what deceives the eye
//! (THREATS A01).

use countersign_engine::words;

/// Nothing invisible, nothing that reorders; line breaks stay.
pub fn clean(text: &str) -> String {
    text.trim_end().lines().map(words::clean).collect::<Vec<_>>().join("\n")
}

/// The beginning of a text, on one line.
pub fn short(text: &str, most: usize) -> String {
    words::cut(&words::clean(text), most)
}
