//! THREATS D08: where a webhook goes, and where it never does.

use async_trait::async_trait;
use countersign_kit::webhooks::Receiver;
use countersign_webhook::{Guard, Names, Poster, SystemNames, Undelivered, is_public};
use std::{
    io,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap_or_else(|_| panic!("{text}"))
}

const INSIDE: &str =
    "0.0.0.0 0.0.0.1 0.255.255.255 10.0.0.0 10.0.0.1 10.255.255.255 100.64.0.0 100.64.0.1 100.100.100.200
    100.127.255.255 127.0.0.0 127.0.0.1 127.1.2.3 127.255.255.255 168.63.129.16 169.254.0.0 169.254.169.254
    169.254.170.2 169.254.255.255 172.16.0.0 172.20.10.1 172.31.255.255 192.0.0.0 192.0.0.8 192.0.0.170 192.0.0.192
    192.0.2.0 192.0.2.1 192.0.2.255 192.31.196.1 192.88.99.1 192.168.0.0 192.168.1.1 192.168.255.255 198.18.0.0
    198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.0 203.0.113.9 224.0.0.0 224.0.0.1 239.255.255.250
    239.255.255.255 240.0.0.0 240.0.0.1 255.255.255.254 255.255.255.255 :: ::1 ::2 ::7f00:1 ::127.0.0.1
    ::ffff:0.0.0.0 ::ffff:10.0.0.1 ::ffff:127.0.0.1 ::ffff:169.254.169.254 ::ffff:192.168.0.1 ::ffff:7f00:1
    ::ffff:0:127.0.0.1 64:ff9b::127.0.0.1 64:ff9b::10.0.0.1 64:ff9b::8.8.8.8 64:ff9b:1::1 100::1 2001::1
    2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:2::1 2001:10::1 2001:20::1 2001:1ff:ffff::1 2001:db8::1
    2001:db8:ffff::1 2002:7f00:1:: 2002:a00:1:: 2002:a9fe:a9fe:: 2002:808:808:: 3fff::1 3fff:fff::1 4000::1
    5f00::1 fc00::1 fd00::1 fd00:ec2::254 fdff:ffff::1 fe80::1 fe80::a9fe:a9fe febf::1 fec0::1 ff00::1 ff02::1
    ff05::1 ff0e::1 ffff::1";
const OUTSIDE: &str = "1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1
    168.63.129.15 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 191.255.255.255 192.0.1.0 192.0.3.1
    192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 203.0.112.255 203.0.114.0 223.255.255.255
    ::ffff:8.8.8.8 2001:200::1 2001:4860:4860::8888 2003::1 2606:4700::1111 2a00:1450::1 3ffe::1";

#[test]
fn abuse_d08_a_hundred_and_twenty_addresses() {
    let (inside, outside): (Vec<_>, Vec<_>) =
        (INSIDE.split_whitespace().collect(), OUTSIDE.split_whitespace().collect());
    assert!(inside.len() + outside.len() >= 120, "{}", inside.len() + outside.len());
    for text in &inside {
        assert!(!is_public(ip(text)), "{text} is inside");
        let refused = Guard::default().admits(ip(text), true).unwrap_err();
        assert!(refused.contains("allow_private"), "{refused}");
    }
    for text in &outside {
        assert!(is_public(ip(text)), "{text} is outside");
        assert_eq!(Guard::default().admits(ip(text), true), Ok(()));
        assert!(Guard::default().admits(ip(text), false).is_err(), "{text} by plain http");
    }
}

#[test]
fn named_networks_and_no_others() {
    let guard = Guard::allowing([(ip("10.1.0.0"), 16), (ip("fd00:1::"), 32), (ip("127.0.0.1"), 32)]);
    for good in ["10.1.0.0", "10.1.255.255", "::ffff:10.1.2.3", "fd00:1:ffff::1", "127.0.0.1"] {
        assert_eq!((guard.admits(ip(good), true), guard.admits(ip(good), false)), (Ok(()), Ok(())), "{good}");
    }
    for bad in ["10.0.255.255", "10.2.0.0", "fd00:2::1", "127.0.0.2", "169.254.169.254", "::1", "64:ff9b::10.1.0.1"] {
        assert!(guard.admits(ip(bad), true).is_err(), "{bad}");
    }
}

fn poster(url: &str) -> Result<Poster, String> {
    Poster::new(url, Guard::default(), Arc::new(SystemNames)).map_err(|bad| bad.what)
}

/// Every spelling of an address that a URL can have is judged as what it means.
#[test]
fn abuse_d08_addresses_in_urls() {
    for bad in [
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://017700000001/",
        "https://0/",
        "https://127.0.0.1./",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://[fe80::1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://\u{ff11}27.0.0.1/",
        "https://10.0.0.1:443/x",
        "https://192.168.1.1:8443/",
        "http://8.8.8.8/",
        "http://example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "https://user:pass@example.com/",
        "https://user@example.com/",
        "https://",
        "example.com",
        "",
        "javascript:alert(1)",
        "unix:/run/docker.sock",
    ] {
        assert!(poster(bad).is_err(), "{bad}");
    }
    for good in
        ["https://example.com/x?y=z", "https://example.com:8443/", "https://8.8.8.8/", "https://[2606:4700::1111]/"]
    {
        assert!(poster(good).is_ok(), "{good}");
    }
}

/// A name server that says one thing first and another thing next.
struct Rebinding {
    answers: Vec<Vec<IpAddr>>,
    asked: AtomicUsize,
}

impl Rebinding {
    fn new(answers: &[&[&str]]) -> Arc<Self> {
        let answers = answers.iter().map(|some| some.iter().map(|text| ip(text)).collect()).collect();
        Arc::new(Self { answers, asked: AtomicUsize::new(0) })
    }
}

#[async_trait]
impl Names for Rebinding {
    async fn look_up(&self, _host: &str) -> io::Result<Vec<IpAddr>> {
        let nth = self.asked.fetch_add(1, Ordering::SeqCst);
        Ok(self.answers[nth.min(self.answers.len() - 1)].clone())
    }
}

/// A name that leads outside when it is judged and inside when it is connected to would get through a check that looks it
/// up twice. It is looked up once for a connection, all its addresses are judged, and one of those is connected to.
#[tokio::test]
async fn abuse_d08_rebinding_names_lead_nowhere() {
    let receiver = Receiver::start(&[], Arc::new(|| 0)).await;
    let port = receiver.url.rsplit(':').next().unwrap();
    // The network that is allowed stands for the outside, where no test may go.
    let outside = || Guard::allowing([(ip("127.0.0.1"), 32)]);
    let url = format!("http://hook.example:{port}/x");
    let names = Rebinding::new(&[&["127.0.0.1"], &["127.0.0.2"]]);
    let poster = Poster::new(&url, outside(), names.clone()).unwrap();
    assert_eq!(poster.post(&[], b"{}".to_vec()).await.unwrap().status, 204);
    assert_eq!(names.asked.load(Ordering::SeqCst), 1, "judged and connected to on one answer");

    for answers in [
        &["127.0.0.2"][..],
        &["127.0.0.1", "127.0.0.2"],
        &["::1"],
        &["127.0.0.1", "169.254.169.254"],
        &["::ffff:127.0.0.2"],
    ] {
        let poster = Poster::new(&url, outside(), Rebinding::new(&[answers])).unwrap();
        let Err(Undelivered::Forbidden(why)) = poster.post(&[], b"{}".to_vec()).await else { panic!("{answers:?}") };
        assert!(why.contains("allow_private"), "{why}");
    }
    assert_eq!(receiver.seen().len(), 1, "nothing else was connected to");
}
