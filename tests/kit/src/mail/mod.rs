//! E-mail for tests: a submission server on this machine, written from RFC 5321, 4954 and 5322. It reads each mail back into
//! headers, text, HTML and links, says what broke a rule, and fails on demand. TLS is left to the real server of
//! `tests/peers`.

mod browser;
mod decode;
mod failure;
mod letter;
mod live;
mod mime;
mod rules;
mod session;
mod stage;

pub use browser::Follow;
pub use failure::{Failure, How};
pub use letter::{Letter, Link};
pub use live::{linked, tags, words_of};

use failure::Trouble;
use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::net::TcpListener;

/// Who may send.
pub const USER: &str = "countersign@acme.com";
/// With characters that a URL has to escape.
pub const PASSWORD: &str = "hunter2/@:%é";
/// The mailbox that several people read.
pub const PLACE: &str = "approvals@acme.com";

/// The server. Clones are the same one.
#[derive(Clone)]
pub struct FakeMail {
    inner: Arc<Inner>,
    follow: Option<Follow>,
}

/// What connections share.
struct Inner {
    address: SocketAddr,
    connections: AtomicUsize,
    commands: Mutex<Vec<String>>,
    letters: Mutex<Vec<Letter>>,
    complaints: Mutex<Vec<String>>,
    trouble: Mutex<Trouble>,
    /// Answers to RCPT TO, by address.
    recipients: Mutex<HashMap<String, String>>,
    password: Mutex<String>,
    mechanisms: Mutex<&'static str>,
}

impl FakeMail {
    /// Listens on a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let inner = Arc::new(Inner {
            address: listener.local_addr().expect("its number"),
            connections: AtomicUsize::default(),
            commands: Mutex::default(),
            letters: Mutex::default(),
            complaints: Mutex::default(),
            trouble: Mutex::default(),
            recipients: Mutex::default(),
            password: Mutex::new(PASSWORD.to_owned()),
            mechanisms: Mutex::new("PLAIN LOGIN"),
        });
        let shared = inner.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(session::serve(stream, shared.clone()));
            }
        });
        Self { inner, follow: None }
    }

    /// Where it is, as an operator would write it.
    pub fn url(&self) -> String {
        let escaped = |text: &str| text.bytes().map(|b| format!("%{b:02X}")).collect::<String>();
        format!("smtp://{}:{}@{}?tls=none", escaped(USER), escaped(PASSWORD), self.inner.address)
    }

    /// The same without `?tls=none`: STARTTLS is wanted, and not to be had here.
    pub fn url_with_tls(&self) -> String {
        self.url().replace("?tls=none", "")
    }

    /// Every mail that it took, oldest first.
    pub fn letters(&self) -> Vec<Letter> {
        lock(&self.inner.letters).clone()
    }

    /// Those for one mailbox.
    pub fn letters_for(&self, to: &str) -> Vec<Letter> {
        self.letters().into_iter().filter(|letter| letter.to == to).collect()
    }

    /// The newest for one mailbox.
    ///
    /// # Panics
    /// When there is none.
    pub fn newest_for(&self, to: &str) -> Letter {
        self.letters_for(to).pop().unwrap_or_else(|| panic!("no mail for {to}"))
    }

    /// Makes trouble once; several wait in line.
    pub fn fail_once(&self, failure: Failure) {
        lock(&self.inner.trouble).once.push_back(failure);
    }

    /// Makes trouble until [`FakeMail::end_trouble`].
    pub fn fail_always(&self, failure: Failure) {
        lock(&self.inner.trouble).always.push(failure);
    }

    /// Ends all trouble, also that of recipients and passwords.
    pub fn end_trouble(&self) {
        *lock(&self.inner.trouble) = Trouble::default();
        lock(&self.inner.recipients).clear();
        self.set_password(PASSWORD);
    }

    /// Answers this to every RCPT TO of this address.
    pub fn refuse(&self, to: &str, answer: &str) {
        lock(&self.inner.recipients).insert(to.to_owned(), answer.to_owned());
    }

    /// From now on this is the password.
    pub fn set_password(&self, password: &str) {
        password.clone_into(&mut lock(&self.inner.password));
    }

    /// Offers these mechanisms of AUTH.
    pub fn offer(&self, mechanisms: &'static str) {
        *lock(&self.inner.mechanisms) = mechanisms;
    }

    /// How many connections there were.
    pub fn connections(&self) -> usize {
        self.inner.connections.load(Ordering::Relaxed)
    }

    /// Every command that it got, without what AUTH carries.
    pub fn commands(&self) -> Vec<String> {
        lock(&self.inner.commands).clone()
    }

    /// What broke a rule of SMTP or of mail. Empty when all was well.
    pub fn complaints(&self) -> Vec<String> {
        lock(&self.inner.complaints).clone()
    }
}

impl Inner {
    fn complain(&self, why: impl Into<String>) {
        lock(&self.complaints).push(why.into());
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
