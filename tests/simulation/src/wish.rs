//! What people want, on its way to the service, and what they are told.

use countersign::service::{Scoped, Service};
use countersign_engine::{
    command::{Command, Draft},
    person::Platform,
    ports::{ApprovalEngine, Caller, EngineError},
    request::{Decision, Request},
};

/// Something that somebody wants.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Who, as the platform or our own sign-in knows them.
    pub caller: Caller,
    /// The platform's own id of the delivery: the same when it comes again.
    pub key: String,
    /// What.
    pub what: What,
}

/// What somebody wants.
#[derive(Clone, Debug)]
pub enum What {
    /// Access.
    Ask(Draft),
    /// Something done with a request.
    Act(String, Command),
}

/// What a client was told.
#[derive(Clone, Debug)]
pub struct Answer {
    /// To what.
    pub wish: Wish,
    /// The request as it was then, or why not.
    pub said: Result<Box<Request>, Refused>,
}

/// Why a client was not given what they wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The domain says no; its word for it.
    No(&'static str),
    /// Trying again is safe. Nobody knows what became of it.
    Unavailable,
}

impl Wish {
    /// The vote that it would be.
    pub fn decision(&self) -> Option<Decision> {
        match &self.what {
            What::Act(_, Command::Approve { .. }) => Some(Decision::Approve),
            What::Act(_, Command::Deny { .. }) => Some(Decision::Deny),
            _ => None,
        }
    }

    /// A word for the log.
    pub fn word(&self) -> &'static str {
        match &self.what {
            What::Ask(_) => "ask",
            What::Act(_, command) => match command {
                Command::Approve { .. } => "approve",
                Command::Deny { .. } => "deny",
                Command::Cancel => "cancel",
                Command::Start => "start",
                Command::End => "end",
                Command::Revoke { .. } => "revoke",
                Command::Waive { .. } => "waive",
            },
        }
    }

    /// It reaches the service, the way its caller goes.
    pub async fn put_to(self, service: &Service, scoped: impl Fn(Platform) -> Scoped) -> Answer {
        let said = match &self.caller {
            Caller::Account(account) => self.said_by(&scoped(account.platform)).await,
            Caller::Person { .. } => self.said_by(service).await,
        };
        let said = match said {
            Ok(request) => Ok(Box::new(request)),
            Err(EngineError::Refused(refusal)) => Err(Refused::No(refusal.code())),
            Err(EngineError::Unavailable(_)) => Err(Refused::Unavailable),
        };
        Answer { wish: self, said }
    }

    async fn said_by(&self, engine: &dyn ApprovalEngine) -> Result<Request, EngineError> {
        let view = match &self.what {
            What::Ask(draft) => engine.submit(&self.caller, &self.key, draft.clone()).await?,
            What::Act(request, command) => engine.act(&self.caller, &self.key, request, command.clone()).await?,
        };
        Ok(view.request)
    }
}
