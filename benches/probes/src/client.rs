//! One keep-alive HTTP/1.1 connection, as cheap as can be: the generator shares the machine with what it measures.

use std::io::{Error, ErrorKind, Result};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A connection that is opened when it is needed.
pub struct Client {
    host: String,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

struct Head {
    status: u16,
    length: usize,
    body: Option<usize>,
    chunked: bool,
    keep: bool,
}

impl Client {
    /// To `host:port`.
    pub fn new(host: &str) -> Self {
        Self { host: host.to_owned(), stream: None, buffer: Vec::with_capacity(16 * 1024) }
    }

    /// Sends the bytes of a request; status and body of the answer.
    pub async fn send(&mut self, request: &[u8]) -> Result<(u16, Vec<u8>)> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(&self.host).await?;
                stream.set_nodelay(true)?;
                stream
            }
        };
        stream.write_all(request).await?;
        self.buffer.clear();
        let head = self.head(&mut stream).await?;
        let (body, keep) = self.body(&mut stream, &head).await?;
        if keep {
            self.stream = Some(stream);
        }
        Ok((head.status, body))
    }

    async fn more(&mut self, stream: &mut TcpStream) -> Result<()> {
        match stream.read_buf(&mut self.buffer).await? {
            0 => Err(Error::new(ErrorKind::UnexpectedEof, "the connection was closed in the middle of an answer")),
            _ => Ok(()),
        }
    }

    async fn head(&mut self, stream: &mut TcpStream) -> Result<Head> {
        loop {
            self.more(stream).await?;
            let mut headers = [httparse::EMPTY_HEADER; 64];
            let mut response = httparse::Response::new(&mut headers);
            let parsed = response.parse(&self.buffer).map_err(|e| Error::new(ErrorKind::InvalidData, e.to_string()))?;
            if let httparse::Status::Complete(length) = parsed {
                let header = |name: &str| {
                    let found = response.headers.iter().find(|h| h.name.eq_ignore_ascii_case(name));
                    found.and_then(|h| std::str::from_utf8(h.value).ok()).map(str::trim)
                };
                let status = response.code.unwrap_or_default();
                let body = header("content-length").and_then(|n| n.parse().ok());
                let chunked = header("transfer-encoding").is_some();
                let keep = !header("connection").is_some_and(|how| how.eq_ignore_ascii_case("close"));
                return Ok(Head { status, length, body: if status == 204 { Some(0) } else { body }, chunked, keep });
            }
        }
    }

    async fn body(&mut self, stream: &mut TcpStream, head: &Head) -> Result<(Vec<u8>, bool)> {
        if head.chunked {
            return Ok((self.chunks(stream, head.length).await?, head.keep));
        }
        let Some(length) = head.body else {
            while stream.read_buf(&mut self.buffer).await? > 0 {}
            return Ok((self.buffer[head.length..].to_vec(), false));
        };
        let end = head.length + length;
        while self.buffer.len() < end {
            self.more(stream).await?;
        }
        Ok((self.buffer[head.length..end].to_vec(), head.keep))
    }

    async fn chunks(&mut self, stream: &mut TcpStream, mut at: usize) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = loop {
                match self.buffer[at..].windows(2).position(|pair| pair == b"\r\n") {
                    Some(length) => break at + length,
                    None => self.more(stream).await?,
                }
            };
            let digits = std::str::from_utf8(&self.buffer[at..line]).unwrap_or_default();
            let size = usize::from_str_radix(digits.split(';').next().unwrap_or_default().trim(), 16);
            let size = size.map_err(|e| Error::new(ErrorKind::InvalidData, e.to_string()))?;
            let end = line + 2 + size + 2;
            while self.buffer.len() < end {
                self.more(stream).await?;
            }
            body.extend_from_slice(&self.buffer[line + 2..line + 2 + size]);
            at = end;
            if size == 0 {
                return Ok(body);
            }
        }
    }
}

/// The bytes of a request. `headers` are whole lines, each with its line end.
pub fn request(method: &str, host: &str, path: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n{headers}").into_bytes();
    if method == "POST" {
        bytes.extend_from_slice(format!("Content-Length: {}\r\n", body.len()).as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    bytes
}

/// The same, with JSON in it.
pub fn json(host: &str, path: &str, body: &serde_json::Value) -> Vec<u8> {
    request("POST", host, path, "Content-Type: application/json\r\n", body.to_string().as_bytes())
}
