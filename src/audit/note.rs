//! Signed checkpoints, in the text formats of C2SP: `tlog-checkpoint` for the statement, `signed-note` around it. Any tool
//! that knows the formats can check them; no part of Countersign is needed.

use super::tree::{Frontier, Hash};
use base64::{Engine, engine::general_purpose::STANDARD};
use ring::{
    digest,
    signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey},
};

/// The signature algorithm's byte in key ids: Ed25519 (C2SP signed-note).
const ED25519_ID: u8 = 0x01;
/// Extension lines.
const EPOCH: &str = "epoch ";
const BY: &str = "restored-by ";
const AT: &str = "restored-at ";
const SIGNED: &str = "signed-before ";
const NOTE: &str = "note ";

/// A statement: the log called `origin` has `size` entries with this root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The log's name, and the name of the key that signs for it.
    pub origin: String,
    /// Entries.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
    /// How often the log went back in time since it began, by a restore that an operator confirmed; from 1.
    pub epoch: u64,
    /// With which restore the epoch began, where this is the statement that begins it.
    pub restore: Option<Restore>,
}

/// A restore that an operator confirmed (THREATS C10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restore {
    /// Who.
    pub by: String,
    /// When: RFC 3339.
    pub at: String,
    /// Entries that were signed before, of which the log has only the statement's now.
    pub signed: u64,
    /// In their words, on one line.
    pub note: String,
}

impl Statement {
    /// What is true of a tree.
    pub fn of(origin: &str, frontier: &Frontier) -> Self {
        Self { origin: origin.to_owned(), size: frontier.size(), root: frontier.root(), epoch: 1, restore: None }
    }

    /// The same, made in this epoch.
    pub fn in_epoch(self, epoch: u64) -> Self {
        Self { epoch, ..self }
    }

    /// Epochs stand in extension lines, which the format provides for; the first epoch has none.
    fn text(&self) -> String {
        let mut text = format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root));
        if self.epoch > 1 {
            text.push_str(&format!("{EPOCH}{}\n", self.epoch));
        }
        if let Some(Restore { by, at, signed, note }) = &self.restore {
            text.push_str(&format!("{BY}{by}\n{AT}{at}\n{SIGNED}{signed}\n{NOTE}{note}\n"));
        }
        text
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let origin = lines.next().filter(|l| !l.is_empty())?.to_owned();
        let size = lines.next()?.parse().ok()?;
        let root = STANDARD.decode(lines.next()?).ok()?.try_into().ok()?;
        let more: Vec<&str> = lines.collect();
        let find = |name: &str| more.iter().find_map(|line| line.strip_prefix(name));
        let epoch = find(EPOCH).map_or(Some(1), |epoch| epoch.parse().ok())?;
        let restore = match find(BY) {
            Some(by) => Some(Restore {
                by: by.to_owned(),
                at: find(AT)?.to_owned(),
                signed: find(SIGNED)?.parse().ok()?,
                note: find(NOTE)?.to_owned(),
            }),
            None => None,
        };
        Some(Self { origin, size, root, epoch, restore })
    }
}

/// Signs statements.
pub struct Signer {
    origin: String,
    key: Ed25519KeyPair,
}

impl Signer {
    /// For the log called `origin`; `None` when the seed is not a seed.
    pub fn new(origin: &str, seed: &[u8; 32]) -> Option<Self> {
        let key = Ed25519KeyPair::from_seed_unchecked(seed).ok()?;
        Some(Self { origin: origin.to_owned(), key })
    }
    /// For the log that is named after its key, so that neither a new address nor a second replica makes another log of it;
    /// `None` when the seed is not a seed.
    pub fn named_by_key(seed: &[u8; 32]) -> Option<Self> {
        let key = Ed25519KeyPair::from_seed_unchecked(seed).ok()?;
        let hash = digest::digest(&digest::SHA256, key.public_key().as_ref());
        Some(Self { origin: format!("countersign/{}", hex::encode(&hash.as_ref()[..8])), key })
    }
    /// The log's name.
    pub fn origin(&self) -> &str {
        &self.origin
    }
    /// Checks what this signer signs.
    pub fn verifier(&self) -> Verifier {
        let mut public = [0; 32];
        public.copy_from_slice(self.key.public_key().as_ref());
        Verifier { origin: self.origin.clone(), public }
    }
    /// The signed note.
    pub fn sign(&self, statement: &Statement) -> String {
        let text = statement.text();
        let signature = self.key.sign(text.as_bytes());
        let blob = [self.verifier().key_id().as_slice(), signature.as_ref()].concat();
        format!("{text}\n\u{2014} {} {}\n", self.origin, STANDARD.encode(blob))
    }
}

/// Checks signed notes of one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    origin: String,
    public: [u8; 32],
}

impl Verifier {
    /// The log's name.
    pub fn origin(&self) -> &str {
        &self.origin
    }
    /// The key in C2SP's text form, `name+id+key`: what auditors keep.
    pub fn public_key(&self) -> String {
        let key = [&[ED25519_ID], self.public.as_slice()].concat();
        format!("{}+{}+{}", self.origin, hex::encode(self.key_id()), STANDARD.encode(key))
    }

    /// From [`Verifier::public_key`]; `None` when it is not such a text, or contradicts itself.
    pub fn parse(text: &str) -> Option<Self> {
        let (origin, rest) = text.trim().split_once('+')?;
        let (id, key) = rest.split_once('+')?;
        let (algorithm, public) = STANDARD.decode(key).ok()?.split_first().map(|(a, p)| (*a, p.to_vec()))?;
        let verifier = Self { origin: origin.to_owned(), public: public.try_into().ok()? };
        (algorithm == ED25519_ID && hex::encode(verifier.key_id()) == id).then_some(verifier)
    }

    /// The statement of a note, if this log's key signed it.
    pub fn open(&self, note: &str) -> Option<Statement> {
        let (body, signatures) = note.split_once("\n\n")?;
        let text = format!("{body}\n");
        let statement = Statement::parse(&text).filter(|s| s.origin == self.origin)?;
        let signed = signatures.lines().any(|line| self.signed(&text, line));
        signed.then_some(statement)
    }

    fn signed(&self, text: &str, line: &str) -> bool {
        let Some((name, blob)) = line.strip_prefix("\u{2014} ").and_then(|l| l.rsplit_once(' ')) else { return false };
        let Ok(blob) = STANDARD.decode(blob) else { return false };
        let Some((id, signature)) = blob.split_at_checked(4) else { return false };
        let key = UnparsedPublicKey::new(&ED25519, self.public);
        name == self.origin && id == self.key_id() && key.verify(text.as_bytes(), signature).is_ok()
    }

    /// The first four bytes of SHA-256(name, newline, algorithm, key).
    fn key_id(&self) -> [u8; 4] {
        let text = [self.origin.as_bytes(), b"\n", &[ED25519_ID], &self.public].concat();
        let hash = digest::digest(&digest::SHA256, &text);
        let mut id = [0; 4];
        id.copy_from_slice(&hash.as_ref()[..4]);
        id
    }
}

/// Notes as a file keeps them: one after the other, an empty line between.
pub fn split_notes(file: &str) -> Vec<String> {
    let blocks: Vec<&str> = file.split("\n\n").map(|b| b.trim_matches('\n')).filter(|b| !b.is_empty()).collect();
    blocks.chunks(2).map(|pair| format!("{}\n", pair.join("\n\n"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer() -> Signer {
        Signer::new("countersign.example/audit", &[3; 32]).unwrap()
    }
    fn statement() -> Statement {
        let mut frontier = Frontier::default();
        frontier.push(super::super::tree::leaf(b"one"));
        Statement::of("countersign.example/audit", &frontier)
    }

    #[test]
    fn what_was_signed_opens_and_nothing_else_does() {
        let (signer, statement) = (signer(), statement());
        let note = signer.sign(&statement);
        let verifier = Verifier::parse(&signer.verifier().public_key()).unwrap();
        assert_eq!(verifier.open(&note), Some(statement.clone()));
        assert_eq!(verifier.open(&note.replace("\n1\n", "\n2\n")), None, "another size");
        let other = Signer::new("countersign.example/audit", &[4; 32]).unwrap();
        assert_eq!(verifier.open(&other.sign(&statement)), None, "another key");
        let renamed = Statement { origin: "elsewhere".into(), ..statement };
        assert_eq!(verifier.open(&signer.sign(&renamed)), None, "another log");
    }

    #[test]
    fn a_log_keeps_the_name_of_its_key() {
        let name = |seed| Signer::named_by_key(&seed).map(|s| s.origin().to_owned());
        assert_eq!(name([3; 32]), name([3; 32]));
        assert_ne!(name([3; 32]), name([4; 32]));
    }

    #[test]
    fn a_file_of_notes_comes_apart_again() {
        let note = signer().sign(&statement());
        let file = format!("{note}\n{note}\n");
        assert_eq!(split_notes(&file), [note.clone(), note]);
    }

    #[test]
    fn an_epoch_and_its_restore_are_signed_with_it() {
        let restore =
            Restore { by: "bob".into(), at: "2026-11-23T10:00:00Z".into(), signed: 9, note: "disk died".into() };
        let statement = Statement { epoch: 2, restore: Some(restore), ..statement() };
        let note = signer().sign(&statement);
        let verifier = signer().verifier();
        assert_eq!(verifier.open(&note), Some(statement));
        assert_eq!(verifier.open(&note.replace("epoch 2", "epoch 3")), None);
        assert_eq!(split_notes(&format!("{note}\n{note}\n")), [note.clone(), note]);
    }

    /// A text that the reference implementation (Go's sumdb/note) documents as valid must parse.
    #[test]
    fn reads_the_published_example_key() {
        let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        assert_eq!(Verifier::parse(key).map(|v| v.public_key()).as_deref(), Some(key));
        assert_eq!(Verifier::parse(&key.replace("c74f", "c74e")), None);
    }
}
