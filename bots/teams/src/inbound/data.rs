//! What our buttons carry, as it comes back. It grants nothing, and may be anything (THREATS B03).

use countersign_engine::desk::{Filled, FormKind, Heard};
use serde_json::{Value, json};

/// What a button of ours says.
pub(super) enum Said {
    /// Something for the desk.
    Heard(Heard),
    /// Show this request's card.
    Show(String),
}

/// The data of a button with this token.
pub(crate) fn press(token: &str) -> Value {
    json!({"press": token})
}
/// The data of a form's button; the fields come back beside it, each under [`field`].
pub(crate) fn fill(form: FormKind, about: &str) -> Value {
    json!({"fill": form.key(), "about": about})
}
/// The data of a button that shows a request's card.
pub(crate) fn show(request: &str) -> Value {
    json!({"show": request})
}
/// A field's id: of its own in the whole card, whatever other forms are in it.
pub(crate) fn field(form: FormKind, field: &str) -> String {
    format!("{}.{field}", form.key())
}

pub(super) fn read(data: &Value) -> Option<Said> {
    let word = |name: &str| data[name].as_str();
    if let Some(token) = word("press") {
        return Some(Said::Heard(Heard::Pressed(token.to_owned())));
    }
    if let Some(request) = word("show") {
        return Some(Said::Show(request.to_owned()));
    }
    let form = FormKind::from_key(word("fill")?)?;
    let fields = data.as_object().into_iter().flatten();
    let own = fields.filter_map(|(id, value)| Some((id.strip_prefix(form.key())?.strip_prefix('.')?, value.as_str()?)));
    Some(Said::Heard(Heard::Filled(Filled::new(form, word("about").unwrap_or_default(), own))))
}
