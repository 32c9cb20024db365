//! The front desk of every chat: whatever is typed, pressed or filled in, in any order, by anybody.
#![no_main]

use arbitrary::Arbitrary;
use countersign_engine::{
    desk::{Desk, Filled, FormKind, Heard, Reply},
    person::{Account, Platform},
    ports::{ApprovalEngine, Caller},
    request::Voter,
};
use countersign_fuzz::now;
use countersign_kit::{Memory, PEOPLE};
use libfuzzer_sys::fuzz_target;
use std::{cell::RefCell, sync::Arc};

#[derive(Arbitrary, Debug)]
enum Said {
    Typed(String),
    Asks(u8, String),
    Pressed(String),
    Presses(u8, u8),
    Filled(u8, String, Vec<(u8, String)>),
}

thread_local! {
    static RUNTIME: RefCell<tokio::runtime::Runtime> = RefCell::new(
        tokio::runtime::Builder::new_current_thread().build().expect("a runtime"),
    );
}

fn heard(said: &Said, engine: &Memory) -> Heard {
    let verbs = ["approve", "deny", "trim", "details", "cancel", "start", "end"];
    match said {
        Said::Typed(text) => Heard::Typed(text.clone()),
        Said::Asks(minutes, reason) => Heard::Typed(format!("prod-db {}m {reason}", u16::from(*minutes) + 1)),
        Said::Pressed(token) => Heard::Pressed(token.clone()),
        Said::Presses(verb, nth) => {
            let requests = engine.requests();
            let id = requests.get(usize::from(*nth) % requests.len().max(1)).map(|r| r.id.to_string());
            let step = nth % 4;
            Heard::Pressed(format!("{}:{}:{step}", verbs[usize::from(*verb) % verbs.len()], id.unwrap_or_default()))
        }
        Said::Filled(form, about, fields) => {
            let form = [FormKind::Request, FormKind::Deny, FormKind::Trim][usize::from(*form) % 3];
            let names = ["resource", "access", "duration", "reason", "note", "else"];
            let fields = fields.iter().map(|(n, text)| (names[usize::from(*n) % names.len()], text.as_str()));
            let known = engine.requests().first().map(|r| format!("{}:{}:0", form.key(), r.id));
            let about = if about.is_empty() { known.unwrap_or_default() } else { about.clone() };
            Heard::Filled(Filled::new(form, &about, fields))
        }
    }
}

fuzz_target!(|talk: Vec<(u8, Said)>| {
    let engine = Arc::new(Memory::on(Platform::Slack, "T1", |n| format!("U{n}")));
    let desk = Desk::new(engine.clone() as Arc<dyn ApprovalEngine>, Arc::new(now));
    for (n, (who, said)) in talk.iter().take(12).enumerate() {
        let user = format!("U{}", usize::from(*who) % (PEOPLE.len() + 2));
        let caller = Caller::Account(Account { platform: Platform::Slack, tenant: "T1".into(), user });
        let heard = heard(said, &engine);
        let key = format!("slack:{n}");
        let reply = RUNTIME.with_borrow(|r| r.block_on(desk.serve(&caller, &key, &heard)));
        match &reply {
            Reply::Words(words) => assert!(!words.trim().is_empty(), "an empty answer to {heard:?}"),
            Reply::Voted { words, .. } => assert!(!words.trim().is_empty()),
            Reply::Recorded => panic!("this desk is not quiet, and says nothing to {heard:?}"),
            Reply::Errors(errors) => assert!(!errors.is_empty()),
            Reply::Card { .. } | Reply::Form(_) => {}
        }
        let before = engine.requests();
        RUNTIME.with_borrow(|r| r.block_on(desk.serve(&caller, &key, &heard)));
        if engine.requests().len() > before.len() {
            panic!("the same delivery opened a second request: {heard:?}");
        }
    }
    for request in engine.requests() {
        assert!(request.votes.iter().all(|vote| vote.voter != Voter::Person(request.requester.clone())));
    }
});
