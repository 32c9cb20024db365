//! The one place where names and texts become SQL (THREATS C15).

/// PostgreSQL cuts longer names short, silently, so that two of them may collide (`NAMEDATALEN - 1` bytes).
const LONGEST: usize = 63;

/// Why a text cannot be a name in PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    /// A name has at least one byte.
    #[error("a name on a PostgreSQL server cannot be empty")]
    Empty,
    /// PostgreSQL would cut it short.
    #[error("\"{0}...\" is longer than the 63 bytes that PostgreSQL keeps of a name")]
    TooLong(String),
    /// No text in PostgreSQL holds a NUL.
    #[error("a name on a PostgreSQL server cannot hold a NUL character")]
    Nul,
}

/// A name, quoted.
pub fn identifier(name: &str) -> Result<String, BadName> {
    if name.is_empty() {
        return Err(BadName::Empty);
    }
    if name.contains('\0') {
        return Err(BadName::Nul);
    }
    if name.len() > LONGEST {
        return Err(BadName::TooLong(name.chars().take(20).collect()));
    }
    Ok(format!("\"{}\"", name.replace('"', "\"\"")))
}

/// Names, each quoted, with commas between.
pub(crate) fn identifiers(names: &[String]) -> Result<String, BadName> {
    let quoted: Result<Vec<_>, _> = names.iter().map(|name| identifier(name)).collect();
    Ok(quoted?.join(", "))
}

/// A text, quoted. Sessions of ours run with `standard_conforming_strings = on`, so a backslash is just a backslash.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\0', "").replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What PostgreSQL's lexer makes of a quoted identifier: the name, and what follows it.
    fn lex(sql: &str) -> Option<(String, &str)> {
        let mut name = String::new();
        let mut rest = sql.strip_prefix('"')?;
        loop {
            let quote = rest.find('"')?;
            name.push_str(&rest[..quote]);
            rest = &rest[quote + 1..];
            match rest.strip_prefix('"') {
                Some(more) => {
                    name.push('"');
                    rest = more;
                }
                None => return Some((name, rest)),
            }
        }
    }

    proptest! {
        #[test]
        fn abuse_c15_any_name_is_one_token(name in "[^\0]{1,15}", after in "[ ;a-z-]{0,10}") {
            let sql = format!("{}{after}", identifier(&name).unwrap());
            prop_assert_eq!(lex(&sql), Some((name, after.as_str())));
        }
        #[test]
        fn abuse_c15_any_text_is_one_literal(text in "[^\0]{0,40}") {
            let sql = literal(&text);
            let inside = &sql[1..sql.len() - 1];
            prop_assert_eq!(inside.replace("''", ""), text.replace('\'', ""));
            prop_assert_eq!(inside.replace("''", "'"), text);
        }
    }

    #[test]
    fn abuse_c15_names_that_postgresql_would_change_are_refused() {
        assert_eq!(identifier(""), Err(BadName::Empty));
        assert_eq!(identifier("a\0b"), Err(BadName::Nul));
        assert!(identifier(&"a".repeat(63)).is_ok());
        assert!(matches!(identifier(&"a".repeat(64)), Err(BadName::TooLong(_))));
        // 32 characters, 64 bytes: the limit counts bytes.
        assert!(matches!(identifier(&"ä".repeat(32)), Err(BadName::TooLong(_))));
    }
}
