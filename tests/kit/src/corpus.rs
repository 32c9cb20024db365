//! Words that people could use against readers: mentions, links and markup of every platform, and what hides them.

/// Parts of hostile texts; every third pair of them is one.
const PARTS: [&str; 44] = [
    "<!channel>",
    "<!here|here>",
    "<!everyone>",
    "<!subteam^S1|@admins>",
    "<@U00000001>",
    "<#C00000001|general>",
    "<https://evil.example|https://acme.example>",
    "<mailto:ann@acme.com|Ann>",
    "https://evil.example/login",
    "@channel",
    "@here",
    "&lt;!channel&gt;",
    "&amp;lt;!channel&amp;gt;",
    "<!date^0^{date}^https://evil.example|now>",
    "*bold*",
    "`code`",
    "```",
    "> quote",
    "\n*Approved by*\nAnn",
    "\u{202e}lenna hc!<",
    "<\u{200b}!channel>",
    "\0\u{1b}[31m",
    "<",
    "\u{2067}שלום\u{2066}",
    "@everyone",
    "<@&900000000000000031>",
    "<@!900000000000000011>",
    "[Ann](https://evil.example)",
    "**bold** __under__ ~~gone~~ ||spoiler||",
    "# heading\n- item\n1. item",
    "</access:900000000000000041>",
    "<t:0:R>",
    "<:emoji:900000000000000051>",
    "<b>bold</b><a href=\"https://evil.example\">Ann</a>",
    "<tg-spoiler>x</tg-spoiler>",
    "[ann](tg://user?id=70001)",
    "_it_ [x](y) \\*",
    "t.me/evil",
    "<at>Ann</at>",
    "{{DATE(2026-01-01T00:00:00Z,SHORT)}} {{TIME(2026-01-01T00:00:00Z)}}",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "\r\nBcc: evil@evil.example\r\n\r\n<h1>",
    "=HYPERLINK(\"https://evil.example\")",
    "ann@acme.com 👩‍💻 #tag /access",
];

/// More than 600 of them; each part stands first in some and last in others.
pub fn hostile() -> impl Iterator<Item = String> {
    let pairs = (0..PARTS.len()).flat_map(|a| (0..PARTS.len()).map(move |b| (a, b)));
    pairs.filter(|(a, b)| (a + b) % 3 == 0).map(|(a, b)| format!("{}{}", PARTS[a], PARTS[b]))
}
