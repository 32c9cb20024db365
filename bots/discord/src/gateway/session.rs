//! A gateway session: what is remembered of it, and what each frame means. Pure.

use serde_json::{Value, json};
use serenity::{
    constants::{Opcode, close_codes},
    model::gateway::GatewayIntents,
};
use std::time::Duration;

/// What we have of a session, for resuming it.
#[derive(Debug, Default)]
pub struct Session {
    /// The last event's number.
    sequence: Option<u64>,
    id: Option<String>,
    /// Where to resume.
    url: Option<String>,
    /// So often Discord has taken us in.
    welcomes: u64,
    /// A heartbeat is on its way.
    unanswered: bool,
}

/// What a frame asks for.
#[derive(Debug, PartialEq)]
pub enum Act {
    /// Nothing.
    Nothing,
    /// Send a heartbeat so often from now on, and say who we are.
    Greet(Duration),
    /// Send this.
    Send(Value),
    /// Serve this interaction.
    Serve(Value),
    /// Close, and come again.
    Leave(Again),
}

/// How to come again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// Resuming what was.
    Resume,
    /// As a new session.
    Anew,
    /// As a new session, after a pause.
    AnewLater,
}

impl Session {
    /// Where to go on; `None` for a new session.
    pub fn url(&self) -> Option<&str> {
        self.id.as_ref().and(self.url.as_deref())
    }
    /// So often Discord has taken us in.
    pub fn welcomes(&self) -> u64 {
        self.welcomes
    }
    /// The next connection begins anew.
    pub fn forget(&mut self) {
        (self.sequence, self.id, self.url) = (None, None, None);
    }
    /// A connection begins.
    pub fn connected(&mut self) {
        self.unanswered = false;
    }

    /// Who we are, or where we were.
    pub fn greeting(&self, token: &str) -> Value {
        match (&self.id, self.sequence) {
            (Some(id), Some(sequence)) => {
                json!({"op": op(Opcode::Resume), "d": {"token": token, "session_id": id, "seq": sequence}})
            }
            _ => json!({"op": op(Opcode::Identify), "d": {
                "token": token,
                // Interactions come without any intent; nothing else of people's lives is ours to read.
                "intents": GatewayIntents::empty().bits(),
                "properties": {"os": std::env::consts::OS, "browser": "countersign", "device": "countersign"},
            }}),
        }
    }

    /// A heartbeat; `None` when the last one was not answered, so that nobody is there any more.
    pub fn beat(&mut self) -> Option<Value> {
        if self.unanswered {
            return None;
        }
        self.unanswered = true;
        Some(self.heartbeat())
    }

    fn heartbeat(&self) -> Value {
        json!({"op": op(Opcode::Heartbeat), "d": self.sequence})
    }

    /// What a frame means.
    pub fn on(&mut self, mut frame: Value) -> Act {
        let code = frame["op"].as_u64().and_then(|code| u8::try_from(code).ok()).map(Opcode::from);
        match code {
            Some(Opcode::Dispatch) => self.dispatch(&mut frame),
            Some(Opcode::Hello) => {
                // Discord says about 41 s; an absent or absurd interval must not make us flood it.
                let millis = frame["d"]["heartbeat_interval"].as_u64().unwrap_or(41_250).clamp(20, 600_000);
                Act::Greet(Duration::from_millis(millis))
            }
            Some(Opcode::Heartbeat) => Act::Send(self.heartbeat()),
            Some(Opcode::HeartbeatAck) => {
                self.unanswered = false;
                Act::Nothing
            }
            Some(Opcode::Reconnect) => Act::Leave(Again::Resume),
            Some(Opcode::InvalidSession) if frame["d"] == true => Act::Leave(Again::Resume),
            Some(Opcode::InvalidSession) => Act::Leave(Again::AnewLater),
            _ => Act::Nothing,
        }
    }

    fn dispatch(&mut self, frame: &mut Value) -> Act {
        self.sequence = frame["s"].as_u64().or(self.sequence);
        match frame["t"].as_str() {
            Some("READY") => {
                let own = |name: &str| frame["d"][name].as_str().map(str::to_owned);
                (self.id, self.url) = (own("session_id"), own("resume_gateway_url"));
                self.welcomes += 1;
                Act::Nothing
            }
            Some("RESUMED") => {
                self.welcomes += 1;
                Act::Nothing
            }
            Some("INTERACTION_CREATE") => Act::Serve(frame["d"].take()),
            _ => Act::Nothing,
        }
    }
}

/// What a close code means ("Opcodes and Status Codes", Gateway Close Event Codes). `Err` says why coming again is
/// pointless.
pub fn closed(code: Option<u16>) -> Result<Again, &'static str> {
    match code {
        Some(close_codes::AUTHENTICATION_FAILED) => Err("the gateway does not accept the bot's token"),
        Some(close_codes::INVALID_SHARD | close_codes::SHARDING_REQUIRED) => {
            Err("the bot is on more servers than one connection may serve; hint: use HTTP interactions")
        }
        Some(4012) => Err("the gateway's version is no longer served; hint: update Countersign"),
        Some(close_codes::INVALID_GATEWAY_INTENTS | close_codes::DISALLOWED_GATEWAY_INTENTS) => {
            Err("the gateway does not accept our intents; hint: please report this")
        }
        Some(1000 | 1001 | close_codes::INVALID_SEQUENCE | close_codes::SESSION_TIMEOUT) => Ok(Again::Anew),
        _ => Ok(Again::Resume),
    }
}

fn op(code: Opcode) -> u8 {
    u8::from(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready() -> Session {
        let mut session = Session::default();
        session.on(json!({"op": 0, "s": 1, "t": "READY", "d": {"session_id": "s", "resume_gateway_url": "ws://r"}}));
        session
    }

    #[test]
    fn a_session_is_begun_and_resumed() {
        let greeting = Session::default().greeting("t");
        assert_eq!((&greeting["op"], &greeting["d"]["intents"]), (&json!(2), &json!(0)));
        let mut session = ready();
        assert_eq!(session.on(json!({"op": 0, "s": 7, "t": "BRAND_NEW", "d": null})), Act::Nothing);
        assert_eq!(session.greeting("t"), json!({"op": 6, "d": {"token": "t", "session_id": "s", "seq": 7}}));
        assert_eq!(session.url(), Some("ws://r"));
        session.forget();
        assert_eq!((session.url(), &session.greeting("t")["op"]), (None, &json!(2)));
    }

    #[test]
    fn a_heartbeat_that_is_not_answered_is_the_last() {
        let mut session = ready();
        assert_eq!(session.beat(), Some(json!({"op": 1, "d": 1})));
        assert_eq!(session.beat(), None);
        session.on(json!({"op": 11}));
        assert!(session.beat().is_some());
        assert_eq!(session.on(json!({"op": 1, "d": null})), Act::Send(json!({"op": 1, "d": 1})));
    }

    #[test]
    fn frames_mean_what_discord_says() {
        let mut session = ready();
        for (frame, act) in [
            (json!({"op": 7, "d": null}), Act::Leave(Again::Resume)),
            (json!({"op": 9, "d": true}), Act::Leave(Again::Resume)),
            (json!({"op": 9, "d": false}), Act::Leave(Again::AnewLater)),
            (json!({"op": 10, "d": {"heartbeat_interval": 41_250}}), Act::Greet(Duration::from_millis(41_250))),
            (json!({"op": 0, "s": 2, "t": "INTERACTION_CREATE", "d": {"x": 1}}), Act::Serve(json!({"x": 1}))),
            (json!({"op": 99}), Act::Nothing),
            (json!({"op": 999}), Act::Nothing),
            (json!([]), Act::Nothing),
        ] {
            assert_eq!(session.on(frame.clone()), act, "{frame}");
        }
    }

    #[test]
    fn close_codes_mean_what_discord_says() {
        for code in [4004, 4010, 4011, 4012, 4013, 4014] {
            assert!(closed(Some(code)).is_err(), "{code}");
        }
        for code in [1000, 1001, 4007, 4009] {
            assert_eq!(closed(Some(code)), Ok(Again::Anew), "{code}");
        }
        for code in [None, Some(1006), Some(4000), Some(4001), Some(4008)] {
            assert_eq!(closed(code), Ok(Again::Resume), "{code:?}");
        }
    }
}
