//! What `/access help` says.

/// The help text: one line a subcommand, in plain text.
pub fn help() -> String {
    [
        "Ask for access:",
        "/access <resource> [access level] <duration> [reason]",
        "for example: /access prod-db read-only 90m checking an invoice",
        "A duration is 90m, 4h, 1h30m, 2d or until 18:00.",
        "",
        "/access - open the form",
        "/access list - your requests and grants",
        "/access status [req-...] - how it stands",
        "/access who [req-...] - who can vote on it",
        "/access cancel [req-...] - take a pending request back",
        "/access end [req-...] - end your access early",
        "/access explain <resource> [access level] <duration> - what would happen, without asking",
        "/access link - connect this account to you",
        "/access help - this text",
        "Without an id, the only request it can be is meant.",
    ]
    .join("\n")
}
