//! Words that people could use against readers.

/// Parts of hostile texts; every pair of them is one.
const PARTS: [&str; 24] = [
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
];

/// More than 500 of them.
pub fn hostile() -> impl Iterator<Item = String> {
    PARTS.iter().flat_map(|a| PARTS.iter().map(move |b| format!("{a}{b}")))
}
