//! Names and texts in SQL: always exactly one token, which PostgreSQL reads back as it was.
#![no_main]

use countersign_fuzz::is_sabotaged;
use countersign_postgres::{BadName, identifier, literal};
use libfuzzer_sys::fuzz_target;

/// What PostgreSQL's lexer makes of a text in these quotes: the inside, and what follows.
fn lex(sql: &str, quote: char) -> Option<(String, &str)> {
    let mut rest = sql.strip_prefix(quote)?;
    let mut inside = String::new();
    loop {
        let at = rest.find(quote)?;
        inside.push_str(&rest[..at]);
        rest = &rest[at + quote.len_utf8()..];
        match rest.strip_prefix(quote) {
            Some(more) => {
                inside.push(quote);
                rest = more;
            }
            None => return Some((inside, rest)),
        }
    }
}

fuzz_target!(|input: (&str, &str)| {
    let (name, after) = input;
    let after = if after.starts_with(['"', '\'']) { "" } else { after };
    // The mistake of CVE-2026-39946: a name that is put between quotes, and no more.
    let quoted = identifier(name).map(|good| if is_sabotaged() { format!("\"{name}\"") } else { good });
    match quoted {
        Ok(quoted) => {
            let sql = format!("{quoted}{after}");
            assert_eq!(lex(&sql, '"'), Some((name.to_owned(), after)));
            assert!((1..=63).contains(&name.len()) && !name.contains('\0'));
        }
        Err(BadName::Empty) => assert!(name.is_empty()),
        Err(BadName::Nul) => assert!(name.contains('\0')),
        Err(BadName::TooLong(_)) => assert!(name.len() > 63),
    }
    let text = literal(name);
    assert_eq!(lex(&format!("{text}{after}"), '\''), Some((name.replace('\0', ""), after)));
    assert!(!text.starts_with('E') && !text.contains('\0'));
});
