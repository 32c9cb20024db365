//! A wire between the server and its database that can swallow everything.

use std::{future::pending, net::SocketAddr};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};

pub struct Wire {
    pub address: SocketAddr,
    cut: watch::Sender<bool>,
}

impl Wire {
    pub async fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (cut, is_cut) = watch::channel(false);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(carry(near, target, is_cut.clone()));
            }
        });
        Self { address, cut }
    }

    /// From now on nothing arrives, and no connection is closed.
    pub fn cut(&self) {
        self.cut.send_replace(true);
    }

    /// New connections work; those that there were when it was cut stay silent for ever.
    pub fn mend(&self) {
        self.cut.send_replace(false);
    }
}

async fn carry(mut near: TcpStream, target: SocketAddr, mut is_cut: watch::Receiver<bool>) {
    // A database that is down refuses, and so does the wire to it.
    let Ok(mut far) = TcpStream::connect(target).await else { return };
    let swallowed = tokio::select! {
        cut = is_cut.wait_for(|cut| *cut) => cut.is_ok(),
        _ = copy_bidirectional(&mut near, &mut far) => false,
    };
    if swallowed {
        pending::<()>().await;
    }
}
