//! What people write stays words (THREATS E02, A01).

use crate::{
    browser::Browser,
    markup::alive,
    world::{Making, World},
};
use countersign_engine::{directory::Directory, policy::Policy};

const SEEDS: [&str; 20] = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href=javascript:alert(1)>x</a>",
    "\" onfocus=alert(1) autofocus=\"",
    "' onmouseover='alert(1)",
    "<style>*{display:none}</style>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<form action=//evil.example><button>",
    "{{7*7}}{% include \"x\" %}${7*7}#{7*7}",
    "<!--<img src=x onerror=alert(1)>-->",
    "<math><mi xlink:href=javascript:alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
];

/// Ten ways of writing each.
fn spellings(seed: &str) -> [String; 10] {
    let zwsp: String = seed.chars().flat_map(|c| [c, '\u{200b}']).collect();
    [
        seed.to_owned(),
        seed.to_uppercase(),
        format!("\u{202e}{seed}\u{202c}"),
        format!("{seed}{seed}{seed}"),
        zwsp,
        format!("\0{seed}\u{7}"),
        seed.replace('<', "\u{ff1c}").replace('>', "\u{ff1e}"),
        format!("before\r\n{seed}\r\nafter"),
        format!("`{seed}`\\"),
        format!("{seed}{}", "A".repeat(900)),
    ]
}

/// 200 hostile strings as reason, as note, as search and in the chat. THREATS E02
#[tokio::test]
async fn abuse_e02_two_hundred_hostile_strings_stay_inert() {
    let world = World::new().await;
    let (dev, lisa) = (Browser::of(&world, "dev").await, Browser::of(&world, "lisa").await);
    let all: Vec<String> = SEEDS.iter().flat_map(|seed| spellings(seed)).collect();
    assert_eq!(all.len(), 200);
    for words in &all {
        let id = dev.ask("grafana", "10m", words).await;
        let note: String = words.chars().take(900).collect();
        let denied = lisa.post(&format!("/requests/{id}/deny"), &[("note", note.as_str())]).await;
        assert_eq!(denied.status, 303, "{words:?}: {}", denied.text);
        let encoded: String = words.bytes().map(|b| format!("%{b:02X}")).collect();
        for path in [format!("/requests/{id}"), format!("/requests?q={encoded}&state={encoded}&cursor={encoded}")] {
            let page = lisa.get(&path).await;
            assert_eq!(page.status, 200, "{words:?}");
            assert_eq!(alive(&page.text), [""; 0], "{words:?} in {path}");
            assert!(!page.has("\u{202e}") && !page.has("\u{200b}"), "{words:?} in {path}");
        }
        dev.post("/demo/say", &[("text", words.as_str())]).await;
    }
    for path in ["/", "/requests", "/demo", "/audit"] {
        assert_eq!(alive(&dev.get(path).await.text), [""; 0], "{path}");
    }
}

/// The fields of every form, refused and shown again. THREATS E02
#[tokio::test]
async fn abuse_e02_refused_forms_show_words_as_words() {
    let world = World::new().await;
    let dev = Browser::of(&world, "dev").await;
    for words in SEEDS {
        let fields = [("resource", words), ("access", words), ("duration", words), ("reason", words)];
        let pages = [
            dev.post("/requests", &fields).await,
            dev.post("/account/tokens", &[("label", words)]).await,
            dev.post("/account/link", &[("code", words)]).await,
            dev.get(&format!("/requests/{}", words.bytes().map(|b| format!("%{b:02X}")).collect::<String>())).await,
            dev.get(&format!("/login/{}", words.bytes().map(|b| format!("%{b:02X}")).collect::<String>())).await,
        ];
        for page in pages {
            assert!(!page.status.is_server_error(), "{words:?}: {}", page.text);
            assert_eq!(alive(&page.text), [""; 0], "{words:?}");
        }
    }
}

/// Names from a directory that somebody filled with malice. THREATS A01
#[tokio::test]
async fn abuse_a01_hostile_names_deceive_nobody() {
    let policy = countersign_kit::acme();
    let mut people: Vec<_> = policy.directory.everyone().cloned().collect();
    for person in &mut people {
        person.name = format!("\u{202e}nimdA\u{200b}<img src=x onerror=alert(1)>{}", "x".repeat(10_000));
        person.email = format!("{}\"><script>alert(1)</script>@acme.com", person.id);
    }
    let levels = policy.directory.levels().to_vec();
    let directory = Directory::new(levels, policy.directory.teams().clone(), people, chrono_tz::Tz::UTC);
    let world = World::made(Making { policy: Policy { directory, ..policy }, ..Making::default() }).await;
    let dev = Browser::of(&world, "dev").await;
    let id = dev.ask("grafana", "10m", "a look").await;
    for path in [
        "/",
        "/demo",
        "/account",
        "/requests",
        &format!("/requests/{id}"),
        "/requests/new?resource=prod-db&duration=1h",
    ] {
        let page = dev.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert_eq!(alive(&page.text), [""; 0], "{path}");
        assert!(!page.has("\u{202e}") && !page.has("\u{200b}"), "{path}");
    }
}
