//! What an operator configures.

use countersign_engine::ports::Ticks;
use secrecy::SecretString;

/// Which server sends, as whom, and where links lead.
#[derive(Clone)]
pub struct Settings {
    /// `smtp://USER:PASSWORD@HOST:587` for STARTTLS, `smtps://USER:PASSWORD@HOST:465` for TLS from the first byte. What is
    /// special in a URL is percent-encoded.
    pub smtp_url: SecretString,
    /// The sender: `access@example.com`, or `Countersign <access@example.com>`.
    pub from: String,
    /// Certificates, PEM, that the server's may also come from; beside the public ones.
    pub ca: Option<Vec<u8>>,
    /// Where people reach the console, without a slash at the end.
    pub public_url: String,
    /// Paces our mails; [`std::time::Instant::now`] outside of tests.
    pub ticks: Ticks,
}
