//! Why a mail was not sent, and what that means for its delivery.

use countersign_engine::{
    ports::{BotError, DeliveryError},
    words,
};
use lettre::transport::smtp::{Error, response::Severity};

/// How far an exchange with the server had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Greeting, EHLO, TLS.
    Connect,
    /// AUTH.
    Auth,
    /// MAIL FROM.
    Sender,
    /// RCPT TO.
    Recipient,
    /// DATA and the message.
    Data,
}

/// A mail that was not sent. Holds the server's words, never ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// The server does not accept our user and password, or wants some.
    #[error("the server does not accept our credentials: {0}")]
    Denied(String),
    /// Something that may pass: the network, TLS, a 4yz answer.
    #[error("the server cannot be reached: {0}")]
    Passing(String),
    /// The server says no to this mail (5yz), and is ready for the next.
    #[error("the server refused: {0}")]
    Refused(String),
    /// The server says not now to this mail (4yz), and is ready for the next.
    #[error("the server puts it off: {0}")]
    PutOff(String),
}

impl Fault {
    /// RFC 5321, section 4.2: the first digit says whether trying again may help. RFC 4954, section 6: 530, 534, 535 and
    /// 538 speak of authentication.
    pub(crate) fn at(stage: Stage, error: &Error) -> Self {
        let words = words::outside(&error.to_string(), 300);
        let code = error.status().map(|code| (code.severity, code.to_string()));
        match (stage, code.as_ref().map(|(severity, code)| (severity, code.as_str()))) {
            (_, Some((_, "530" | "534" | "535" | "538"))) => Self::Denied(words),
            (Stage::Auth, Some((Severity::PermanentNegativeCompletion, _))) => Self::Denied(words),
            // The client's own word: none of the mechanisms that the server offers is one of ours.
            (Stage::Auth, None) if error.is_client() => Self::Denied(words),
            (Stage::Connect | Stage::Auth, _) | (_, None | Some((_, "421"))) => Self::Passing(with_hint(error, words)),
            (Stage::Sender, Some((Severity::PermanentNegativeCompletion, _))) => {
                Self::Refused(format!("{words}; hint: may this account send as EMAIL_FROM?"))
            }
            (_, Some((Severity::PermanentNegativeCompletion, _))) => Self::Refused(words),
            (_, Some(_)) => Self::PutOff(words),
        }
    }

    /// Is the connection still good for the next mail?
    pub(crate) fn leaves_the_line_open(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::PutOff(_))
    }
}

fn with_hint(error: &Error, words: String) -> String {
    match error.is_tls() || words.contains("certificate") {
        true => format!("{words}; hint: SMTP_CA_FILE names the certificates of a private authority"),
        false if words.contains("STARTTLS") => {
            format!("{words}; hint: nothing was sent; smtps:// is for servers with TLS from the first byte")
        }
        false => words,
    }
}

impl From<Fault> for DeliveryError {
    fn from(fault: Fault) -> Self {
        match fault {
            // A wrong password is mended by an operator, so deliveries wait for it: the bot has stopped loudly by then.
            Fault::Denied(_) | Fault::Passing(_) | Fault::PutOff(_) => Self::Retry { after: None },
            Fault::Refused(why) => Self::Rejected(why),
        }
    }
}

impl From<Fault> for BotError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Denied(why) => Self::Unauthorized(why),
            other => Self::Disconnected(other.to_string()),
        }
    }
}
