//! E-mail's settings: both, or none.

use super::{reader::Reader, settings};
use secrecy::SecretString;

/// E-mail, completely configured.
#[derive(Clone, Debug)]
pub struct EmailConfig {
    /// `smtp://...` (STARTTLS) or `smtps://...`; may hold a password.
    pub smtp_url: SecretString,
    /// The sender.
    pub from: String,
}

/// `None` without either. With one of them missing, says which (rule 45).
pub(super) fn read(reader: &mut Reader<'_>) -> Option<EmailConfig> {
    let url = reader.secret(&settings::SMTP_URL);
    let from = reader.text(&settings::EMAIL_FROM);
    match (url, from.is_empty()) {
        (None, true) => None,
        (None, false) => {
            let hint = "smtp://USER:PASSWORD@HOST:587, or empty EMAIL_FROM to do without e-mail";
            reader.problem(&settings::SMTP_URL, "is missing, while EMAIL_FROM is set", hint);
            None
        }
        (Some(_), true) => {
            let hint = "such as Countersign <access@example.com>";
            reader.problem(&settings::EMAIL_FROM, "is missing, while SMTP_URL is set", hint);
            None
        }
        (Some(smtp_url), false) => Some(EmailConfig { smtp_url, from }),
    }
}
