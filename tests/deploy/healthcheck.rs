//! `countersign healthcheck`, as a container asks.

use super::{Server, countersign, free_address};
use std::process::Stdio;

fn ask(server: &Server, listen: &str, args: &[&str]) -> (bool, String) {
    let mut command = countersign(server.dir.path());
    command.arg("healthcheck").args(args).env("COUNTERSIGN_LISTEN", listen);
    // Other settings that do not hold are no reason to call a running server ill, and a proxy is not between.
    command.env("DATABASE_URL", "nonsense").env("http_proxy", "http://192.0.2.1:9");
    let done = command.stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap();
    (done.status.success(), String::from_utf8([done.stdout, done.stderr].concat()).unwrap())
}

#[test]
fn a_running_server_is_well_and_a_missing_one_is_not() {
    let server = Server::demo();
    let here = server.address.to_string();
    assert_eq!(ask(&server, &here, &[]), (true, "ok\n".to_owned()));
    let everywhere = format!("0.0.0.0:{}", server.address.port());
    assert!(ask(&server, &everywhere, &[]).0, "on every interface is also on this one");
    let (ready, said) = ask(&server, &here, &["--ready"]);
    assert!(ready && said.contains("\"ready\":true"), "{said}");
    let (well, said) = ask(&server, &free_address().to_string(), &[]);
    assert!(!well && said.contains("no answer") && said.contains("hint:"), "{said}");
    let (well, said) = ask(&server, "nowhere", &[]);
    assert!(!well && said.contains("COUNTERSIGN_LISTEN"), "{said}");
}
