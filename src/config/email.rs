//! E-mail's settings: both, or none.

use super::{reader::Reader, settings};
use secrecy::SecretString;
use std::path::PathBuf;

/// E-mail, completely configured.
#[derive(Clone, Debug)]
pub struct EmailConfig {
    /// `smtp://...` (STARTTLS) or `smtps://...`; may hold a password.
    pub smtp_url: SecretString,
    /// The sender.
    pub from: String,
    /// Certificates that the server's may come from, beside the public ones.
    pub ca_file: Option<PathBuf>,
}

/// `None` without either. With one of them missing, says which (rule 45).
pub(super) fn read(reader: &mut Reader<'_>) -> Option<EmailConfig> {
    let url = reader.secret(&settings::SMTP_URL);
    let from = reader.text(&settings::EMAIL_FROM);
    let ca_file = Some(reader.text(&settings::SMTP_CA_FILE)).filter(|file| !file.is_empty()).map(PathBuf::from);
    match (url, from.is_empty()) {
        (None, true) => None,
        (None, false) => {
            let hint = "smtp://USER:PASSWORD@HOST:587, or empty EMAIL_FROM to do without e-mail";
            reader.problem(&settings::SMTP_URL, "is missing, while EMAIL_FROM is set", hint);
            None
        }
        (Some(_), true) => {
            let hint = "such as access@example.com, or in quotes: 'Countersign <access@example.com>'";
            reader.problem(&settings::EMAIL_FROM, "is missing, while SMTP_URL is set", hint);
            None
        }
        (Some(smtp_url), false) => Some(EmailConfig { smtp_url, from, ca_file }),
    }
}
