//! Events in an order that nobody ever decided: applying them never panics, and what comes of it can be judged.
#![no_main]

use countersign_engine::{
    decide::{self, Report, evolve},
    event::Event,
    request::Request,
    view::RequestView,
};
use countersign_fuzz::{
    life::{Act, Life},
    now,
};
use countersign_kit::acme;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (Vec<Act>, &str)| {
    let (acts, lines) = input;
    let Some(mut life) = Life::begin(0, 3, 240, None) else { return };
    acts.iter().take(20).for_each(|act| life.happen(act));
    let (policy, mut request) = (acme(), life.request.clone());
    for line in lines.lines().take(40) {
        let Ok(event) = serde_json::from_str::<Event>(line) else { continue };
        let text = serde_json::to_string(&event).expect("an event is JSON");
        assert_eq!(
            serde_json::from_str::<Event>(&text).ok(),
            Some(event.clone()),
            "the trail is read as it was written"
        );
        evolve(&mut request, &event);
    }
    // However little sense it makes: it can be kept, read, shown, and asked what is due.
    let kept = serde_json::to_string(&request).expect("a request is JSON");
    let read: Request = serde_json::from_str(&kept).expect("and comes back");
    assert_eq!(read, request);
    let steps = request.chain.steps.len();
    let sane = request.open_step().is_none_or(|(pending, _)| pending.step < steps);
    assert!(sane);
    let _ = decide::ring(&request, &policy, now());
    let _ = decide::settle(&request, Report::Revoked, &policy, now());
    let _ = decide::reassess(&request, &policy, now());
    let view = RequestView::new(request, None, Vec::new(), &policy, now());
    let _ = countersign_engine::card::request(&view);
});
