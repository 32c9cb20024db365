//! Connections to the server: a few at a time, kept for the next mail, and given up as soon as anything about one is odd.
//!
//! lettre's own pool is not used: it takes back a connection whose exchange was cut off halfway, and it does not say at
//! which command the server said no.

use crate::{
    fault::{Fault, Stage},
    message::Letter,
    relay::{Relay, Security},
};
use countersign_engine::ports::Ticks;
use lettre::transport::smtp::{
    authentication::DEFAULT_MECHANISMS,
    client::{AsyncSmtpConnection, TlsParameters},
    commands::{Data, Mail, Noop, Rcpt, Rset},
    extension::{ClientId, Extension, MailParameter},
};
use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::{sync::Semaphore, time::timeout};

/// Connections at a time; many servers allow no more than ten.
const LINES: usize = 4;
/// A connection that nobody used for so long is closed; servers do so after minutes (RFC 5321, 4.5.3.2.7).
const IDLE: Duration = Duration::from_secs(60);
/// For one mail, from connecting to the answer. Shorter than the lease of a delivery, so that none is sent twice at once.
const PATIENCE: Duration = Duration::from_secs(40);
/// For a connection, and for the proof that an idle one still is.
const BRIEFLY: Duration = Duration::from_secs(10);

/// The way to the server.
pub(crate) struct Wire {
    relay: Relay,
    tls: Option<TlsParameters>,
    hello: ClientId,
    ticks: Ticks,
    turns: Semaphore,
    idle: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
}

impl Wire {
    pub(crate) fn new(relay: Relay, tls: Option<TlsParameters>, hello: ClientId, ticks: Ticks) -> Self {
        Self { relay, tls, hello, ticks, turns: Semaphore::new(LINES), idle: Mutex::default() }
    }

    /// Hands a mail over. `Ok` once the server has taken responsibility for it.
    pub(crate) async fn send(&self, letter: &Letter) -> Result<(), Fault> {
        let Ok(_turn) = self.turns.acquire().await else { return Err(silence()) };
        timeout(PATIENCE, self.exchange(letter)).await.unwrap_or_else(|_| Err(silence()))
    }

    /// Connects, authenticates and quits.
    pub(crate) async fn prove(&self) -> Result<(), Fault> {
        let prove = async {
            self.open().await?.abort().await;
            Ok(())
        };
        timeout(PATIENCE, prove).await.unwrap_or_else(|_| Err(silence()))
    }

    /// Closes what is idle.
    pub(crate) async fn close(&self) {
        let idle = std::mem::take(&mut *self.idle());
        for (mut line, _) in idle {
            let _ = timeout(BRIEFLY, line.abort()).await;
        }
    }

    /// A line goes back only after a whole exchange: one that was cut off halfway is never used again.
    async fn exchange(&self, letter: &Letter) -> Result<(), Fault> {
        let mut line = match self.parked().await {
            Some(line) => line,
            None => self.open().await?,
        };
        let sent = transfer(&mut line, letter).await;
        let good = match &sent {
            Ok(()) => true,
            Err(fault) => fault.leaves_the_line_open() && line.command(Rset).await.is_ok(),
        };
        if good {
            self.idle().push((line, (self.ticks)()));
        }
        sent
    }

    async fn parked(&self) -> Option<AsyncSmtpConnection> {
        loop {
            let (mut line, since) = self.idle().pop()?;
            let fresh = (self.ticks)().saturating_duration_since(since) < IDLE;
            if fresh && matches!(timeout(BRIEFLY, line.command(Noop)).await, Ok(Ok(_))) {
                return Some(line);
            }
        }
    }

    async fn open(&self) -> Result<AsyncSmtpConnection, Fault> {
        let failed = |stage| move |error| Fault::at(stage, &error);
        let from_the_start = self.tls.clone().filter(|_| self.relay.security == Security::Implicit);
        let address = (self.relay.host.as_str(), self.relay.port);
        let mut line = AsyncSmtpConnection::connect_tokio1(address, Some(BRIEFLY), &self.hello, from_the_start, None)
            .await
            .map_err(failed(Stage::Connect))?;
        if let (Security::StartTls, Some(tls)) = (self.relay.security, &self.tls) {
            line.starttls(tls.clone(), &self.hello).await.map_err(failed(Stage::Connect))?;
        }
        if self.relay.security != Security::Clear && !line.is_encrypted() {
            return Err(Fault::Passing("the connection is not encrypted".into()));
        }
        if let Some(credentials) = &self.relay.credentials {
            line.auth(DEFAULT_MECHANISMS, credentials).await.map_err(failed(Stage::Auth))?;
        }
        Ok(line)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<(AsyncSmtpConnection, Instant)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn transfer(line: &mut AsyncSmtpConnection, letter: &Letter) -> Result<(), Fault> {
    let failed = |stage| move |error| Fault::at(stage, &error);
    let mut options = Vec::new();
    if !letter.is_ascii() {
        if !line.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Err(Fault::Refused("the server takes no addresses beyond ASCII (no SMTPUTF8)".into()));
        }
        options.push(MailParameter::SmtpUtfEight);
    }
    line.command(Mail::new(Some(letter.from.clone()), options)).await.map_err(failed(Stage::Sender))?;
    line.command(Rcpt::new(letter.to.clone(), Vec::new())).await.map_err(failed(Stage::Recipient))?;
    line.command(Data).await.map_err(failed(Stage::Data))?;
    line.message(&letter.bytes).await.map_err(failed(Stage::Data))?;
    Ok(())
}

fn silence() -> Fault {
    Fault::Passing("no answer in time".into())
}
