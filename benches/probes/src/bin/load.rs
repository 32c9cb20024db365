//! The load generator. One line of JSON at the end.
//!
//! `load chains|pending|approved --base HOST:PORT --dialect D --c C [--seconds S --warm S | --n N] [--first N]`
//! `load vote --base HOST:PORT --dialect D --id ID`: one vote, tried until it is acknowledged.
//! `load fake --port P [--limited 1]`: Slack, until it is killed.

use countersign_probes::{
    client::Client,
    dialect::{self, CHAIN},
    fake,
    flow::{Doing, Run},
    options::option,
    reading::own_cpu,
};
use std::{
    cell::Cell,
    rc::Rc,
    time::{Duration, Instant},
};
use tokio::{runtime::Builder, task::LocalSet, time::sleep, time::sleep_until};

fn main() {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    LocalSet::new().block_on(&runtime, async {
        match std::env::args().nth(1).as_deref() {
            Some("fake") => fake::serve(option("port", 9100), option("limited", 0) == 1).await.expect("a fake"),
            Some("chains") => run(Doing::Chains).await,
            Some("pending") => run(Doing::Pending).await,
            Some("approved") => run(Doing::Approved).await,
            Some("vote") => vote().await,
            other => panic!("{other:?}: chains, pending, approved, vote or fake"),
        }
    });
}

async fn run(doing: Doing) {
    let host = option("base", "127.0.0.1:8080".to_owned());
    let run = Rc::new(Run::new(dialect::chosen(&host), host, doing));
    let (from, until) = run.span();
    let cpu = Rc::new(Cell::new(own_cpu()));
    let at_start = cpu.clone();
    tokio::task::spawn_local(async move {
        sleep_until(from.into()).await;
        at_start.set(own_cpu());
    });
    let requesters: Vec<_> = (0..option("c", 16)).map(|_| tokio::task::spawn_local(run.clone().requester())).collect();
    for requester in requesters {
        requester.await.expect("a requester");
    }
    let seconds = until.map_or_else(|| from.elapsed(), |until| until - from).as_secs_f64();
    let over = Instant::now();
    let mut report = run.tally.borrow_mut().report(seconds);
    report["own_cpu"] = (own_cpu() - cpu.get()).into();
    report["next"] = run.next().into();
    report["tail"] = until.map_or(0.0, |until| (over - until).as_secs_f64()).into();
    let names = option("names", String::new());
    if !names.is_empty() {
        std::fs::write(names, run.names().join("\n")).expect("the names are written");
    }
    println!("{report}");
}

async fn vote() {
    let host = option("base", "127.0.0.1:8080".to_owned());
    let (dialect, id) = (dialect::chosen(&host), option("id", String::new()));
    let mut client = Client::new(&host);
    while !matches!(client.send(&dialect.vote(&id, CHAIN[0])).await, Ok((200, _))) {
        sleep(Duration::from_millis(2)).await;
    }
}
