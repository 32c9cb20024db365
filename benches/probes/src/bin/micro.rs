//! What one press costs before anything is decided, in microseconds: each part the median of seven runs.
//!
//! Whoever adds a parse to the path of a press sees it here, as a multiple of the least that it can be.

use countersign_probes::signed::{Press, SECRET};
use ring::hmac;
use serde::Deserialize;
use std::{borrow::Cow, hint::black_box, time::Instant};

const TIMES: u32 = 10_000;

#[derive(Deserialize)]
struct Payload<'a> {
    #[serde(borrow)]
    actions: Vec<Action<'a>>,
}
#[derive(Deserialize)]
struct Action<'a> {
    #[serde(borrow)]
    value: Cow<'a, str>,
}

fn measured<T>(mut work: impl FnMut() -> T) -> f64 {
    let mut runs: Vec<f64> = (0..7)
        .map(|_| {
            let start = Instant::now();
            (0..TIMES).for_each(|_| drop(black_box(work())));
            start.elapsed().as_secs_f64() * 1e6 / f64::from(TIMES)
        })
        .collect();
    runs.sort_unstable_by(f64::total_cmp);
    runs[3]
}

fn main() {
    let form = Press::new("approve", "http://127.0.0.1:9100").form("U2100000", "approve:01K0:0", "1", "C00000000");
    let decoded = || form_urlencoded::parse(form.as_bytes()).next().expect("a field").1.into_owned();
    let payload = decoded();
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let sign = measured(|| hmac::sign(&key, form.as_bytes()));
    let decode = measured(decoded);
    let typed = measured(|| serde_json::from_str::<Payload<'_>>(&payload).expect("a payload").actions[0].value.len());
    let tree = measured(|| serde_json::from_str::<serde_json::Value>(&payload).expect("JSON"));
    let least = sign + decode + typed;
    println!("one press, {} bytes: {least:.1} us at least", form.len());
    for (name, took) in
        [("signature", sign), ("form", decode), ("JSON, only what is needed", typed), ("JSON, as a tree", tree)]
    {
        println!("  {name}: {took:.1} us, {:.2} of the least", took / least);
    }
}
