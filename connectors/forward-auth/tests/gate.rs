//! The gate as a whole: who may ask, what was asked for, who passes, and what the app learns.

#![allow(clippy::unwrap_used)]

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use countersign_engine::{id::ResourceId, time::Timestamp};
use countersign_forward_auth::{Claims, Gate, Held, Holder, Original, Refused, Settings, Signer, Target};
use http::{HeaderMap, HeaderName};
use std::{collections::BTreeMap, net::IpAddr};

const LOOPBACK: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

fn gate_at(public_url: &str) -> Gate {
    let target = |host: &str| Target { hosts: vec![host.to_owned()] };
    let targets = [("grafana", target("grafana.acme.internal")), ("apps", target("*.apps.acme.internal"))];
    let targets = targets.into_iter().map(|(id, target)| (ResourceId::from(id), target)).collect();
    let settings: Settings = serde_json::from_str(r#"{"trusted_proxies": ["10.0.0.0/24"]}"#).unwrap();
    Gate::new(&settings, &targets, public_url, Signer::derived(&[7; 32]).unwrap()).unwrap()
}

fn gate() -> Gate {
    gate_at("https://countersign.acme.internal")
}

fn headers(list: &[(&str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in list {
        headers.append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
    }
    headers
}

const NGINX: [(&str, &str); 3] = [
    ("host", "countersign:8080"),
    ("x-original-url", "https://grafana.acme.internal/d/1?x=a,b"),
    ("x-original-method", "POST"),
];
const CADDY: [(&str, &str); 5] = [
    ("host", "grafana.acme.internal"),
    ("x-forwarded-host", "grafana.acme.internal"),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-method", "POST"),
    ("x-forwarded-uri", "/d/1?x=a,b"),
];

fn asked(list: &[(&str, &str)]) -> Result<(String, String, String), Refused> {
    let gate = gate();
    let (original, resource) = gate.original(LOOPBACK, &headers(list))?;
    Ok((resource.to_string(), original.method.to_string(), original.url()))
}

#[test]
fn nginx_caddy_and_traefik_are_understood() {
    let page = ("grafana".to_owned(), "POST".to_owned(), "https://grafana.acme.internal/d/1?x=a,b".to_owned());
    assert_eq!(asked(&NGINX), Ok(page.clone()));
    assert_eq!(asked(&CADDY), Ok(page.clone()));
    // Traefik puts our own host into Host.
    let traefik = [&[("host", "countersign:8080"), ("x-forwarded-for", "192.0.2.1")], &CADDY[1..]].concat();
    assert_eq!(asked(&traefik), Ok(page));
    let short = [("host", "grafana.acme.internal:8443"), ("x-original-uri", "/d/1")];
    assert_eq!(asked(&short).unwrap().2, "http://grafana.acme.internal:8443/d/1");
}

/// THREATS C19: a header that the proxy did not overwrite never moves the decision to another app.
#[test]
fn abuse_c19_a_visitors_own_headers_never_move_the_decision() {
    let others = [
        ("x-original-url", "https://open.apps.acme.internal/"),
        ("x-original-url", "/d/1"),
        ("x-original-uri", "/other"),
        ("x-forwarded-host", "open.apps.acme.internal"),
        ("x-forwarded-host", "open.apps.acme.internal, grafana.acme.internal"),
        ("x-forwarded-uri", "/other"),
        ("x-forwarded-proto", "ftp"),
        ("x-forwarded-method", "GET"),
        ("x-original-method", "GET"),
        ("x-original-method", "B@D"),
    ];
    for proxy in [&NGINX[..], &CADDY[..]] {
        for other in others {
            // Before or after the proxy's own, and in place of a header that the proxy does not set.
            for list in [[proxy, &[other]].concat(), [&[other][..], proxy].concat()] {
                let answer = asked(&list);
                assert!(matches!(answer, Err(Refused::Unclear(_))), "{list:?}: {answer:?}");
            }
        }
    }
}

#[test]
fn abuse_c19_what_makes_no_sense_is_refused() {
    for list in [
        &[("host", "grafana.acme.internal")][..],
        &[],
        &[("x-original-url", "https://user@grafana.acme.internal/")],
        &[("x-forwarded-host", "grafana.acme.internal/x")],
        &[("x-forwarded-host", "grafana.acme.internal%00")],
        &[("x-forwarded-host", "grafana.acme.internal"), ("x-forwarded-uri", "d/1")],
        &[("x-forwarded-host", "grafana.acme.internal"), ("x-forwarded-proto", "javascript")],
    ] {
        assert!(matches!(asked(list), Err(Refused::Unclear(_))), "{list:?}: {:?}", asked(list));
    }
    let unknown = asked(&[("x-forwarded-host", "evil.example")]);
    assert_eq!(unknown, Err(Refused::UnknownHost("evil.example".to_owned())));
}

#[test]
fn abuse_c19_only_a_named_proxy_is_believed() {
    let gate = gate();
    for (peer, believed) in [("10.0.0.9", true), ("::1", true), ("10.0.1.9", false), ("203.0.113.1", false)] {
        let answer = gate.original(peer.parse().unwrap(), &headers(&NGINX));
        assert_eq!(answer.is_ok(), believed, "{peer}: {answer:?}");
    }
    for everybody in ["0.0.0.0/0", "::/0"] {
        let text = format!(r#"{{"trusted_proxies": ["{everybody}"]}}"#);
        let error = serde_json::from_str::<Settings>(&text).unwrap_err().to_string();
        assert!(error.contains("hint:"), "{error}");
    }
}

fn now() -> Timestamp {
    Timestamp::from_timestamp(1_795_428_000, 0).unwrap()
}

fn held(resource: &str, access: &str, rank: usize, minutes: i64) -> Held {
    let expires_at = now() + TimeDelta::minutes(minutes);
    Held { resource: resource.into(), access: access.into(), rank, request: "01J".into(), expires_at }
}

fn dev() -> Holder {
    Holder { person: "dev".into(), email: "dev@acme.com".to_owned() }
}

fn admit(held: &[Held], at: Timestamp) -> Option<Claims> {
    let gate = gate();
    let (original, resource) = gate.original(LOOPBACK, &headers(&NGINX)).unwrap();
    let admission = gate.admit((&original, resource), dev(), held, at)?;
    let claims = admission.token.split('.').nth(1).unwrap().to_owned();
    Some(serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap())
}

/// rules 25, 38: the grant's own end decides, to the moment, whether or not it has been revoked yet.
#[test]
fn a_grant_opens_its_own_app_until_its_end() {
    let grants = [held("grafana", "view", 0, 60), held("grafana", "edit", 1, 1), held("apps", "admin", 9, 60)];
    let claims = admit(&grants, now()).unwrap();
    assert_eq!((claims.sub.as_str(), claims.aud.as_str()), ("dev", "grafana.acme.internal"));
    assert_eq!((claims.resource.as_str(), claims.access.as_str()), ("grafana", "edit"));
    assert_eq!((claims.iss.as_str(), claims.method.as_str()), ("https://countersign.acme.internal", "POST"));
    assert_eq!(claims.exp - claims.iat, 60);
    // Ten seconds before its end, the identity lives ten seconds.
    let late = admit(&grants[1..2], now() + TimeDelta::seconds(50)).unwrap();
    assert_eq!(late.exp - late.iat, 10);
    assert_eq!(admit(&grants, now() + TimeDelta::minutes(1)).unwrap().access, "view");
    assert_eq!(admit(&grants[..2], now() + TimeDelta::minutes(60)), None);
    assert_eq!(admit(&grants[2..], now()), None);
    assert_eq!(admit(&[], now()), None);
}

#[test]
fn abuse_c19_identity_headers_are_always_set() {
    let gate = gate();
    let (original, resource) = gate.original(LOOPBACK, &headers(&NGINX)).unwrap();
    for (person, email) in [("dev", ""), ("d\r\nx-evil: 1", "zoë@acme.com, x"), ("\0", "\u{7f}")] {
        let holder = Holder { person: person.into(), email: email.to_owned() };
        let admission = gate.admit((&original, resource), holder, &[held("grafana", "view", 0, 1)], now()).unwrap();
        let names: Vec<_> = admission.headers().iter().map(|(name, _)| name.to_string()).collect();
        assert_eq!(names, ["x-countersign-user", "x-countersign-email", "x-countersign-identity"]);
        assert!(admission.headers().iter().all(|(_, value)| value.to_str().is_ok_and(|v| !v.contains(','))));
    }
}

#[test]
fn a_pass_opens_one_host_for_a_moment() {
    let gate = gate();
    let session = "5e55";
    let landing =
        gate.hand_off("https://grafana.acme.internal:8443/d/1?x=&y=1#top", &"dev".into(), session, now()).unwrap();
    let (start, rest) = landing.url.split_once("?pass=").unwrap();
    assert_eq!(start, "https://grafana.acme.internal:8443/.countersign/enter");
    let (pass, page) = rest.split_once("&to=").unwrap();
    assert_eq!(page, "%2Fd%2F1%3Fx%3D%26y%3D1");
    let cookie = gate.redeem(pass, "grafana.acme.internal", now()).unwrap();
    let known = gate.of_cookie(&cookie, "grafana.acme.internal", now() + TimeDelta::hours(7)).unwrap();
    assert_eq!((known.sub.as_str(), known.sid.as_str()), ("dev", session));

    assert_eq!(gate.redeem(pass, "grafana.acme.internal", now() + TimeDelta::seconds(30)), None, "too late");
    assert_eq!(gate.redeem(pass, "x.apps.acme.internal", now()), None, "another host");
    assert_eq!(gate.redeem(&cookie, "grafana.acme.internal", now()), None, "a cookie is no pass");
    assert_eq!(gate.of_cookie(pass, "grafana.acme.internal", now()), None, "a pass is no cookie");
    assert_eq!(gate.of_cookie(&cookie, "x.apps.acme.internal", now()), None, "another host's cookie");
    assert_eq!(gate.of_cookie(&cookie, "grafana.acme.internal", now() + TimeDelta::hours(8)), None, "over");
}

#[test]
fn abuse_c19_a_pass_never_leaves_for_a_strangers_host() {
    for page in [
        "https://evil.example/",
        "https://grafana.acme.internal@evil.example/",
        "https://grafana.acme.internal.evil.example/",
        "https://evil.example\\@grafana.acme.internal/",
        "//grafana.acme.internal/",
        "/d/1",
        "javascript://grafana.acme.internal/%0aalert(1)",
        "http://grafana.acme.internal/",
        "",
    ] {
        assert_eq!(gate().hand_off(page, &"dev".into(), "s", now()), None, "{page}");
    }
    let plain = gate_at("http://127.0.0.1:8080");
    assert!(plain.hand_off("http://grafana.acme.internal/", &"dev".into(), "s", now()).is_some());
}

#[test]
fn the_way_to_sign_in_names_the_page() {
    let original = Original::read(&headers(&CADDY)).unwrap();
    let url =
        "https://countersign.acme.internal/authz/login?to=https%3A%2F%2Fgrafana%2Eacme%2Einternal%2Fd%2F1%3Fx%3Da%2Cb";
    assert_eq!(gate().login_url(&original), url);
    let targets = BTreeMap::from([(ResourceId::from("a"), Target::default())]);
    assert!(Gate::new(&Settings::default(), &targets, "http://x", Signer::derived(&[0; 32]).unwrap()).is_ok());
}
