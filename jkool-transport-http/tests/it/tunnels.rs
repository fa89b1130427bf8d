//! Small proxies: HTTP CONNECT and SOCKS5, both with user and password.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::server::read_request;

/// `user:p@ss/word`, in the Base64 of HTTP.
const BASIC: &str = "Basic dXNlcjpwQHNzL3dvcmQ=";
pub(crate) const USER: &str = "user";
pub(crate) const PASSWORD: &str = "p@ss/word";

#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// Takes the user and password.
    Connect,
    /// Takes them, but then says it cannot reach the far end.
    ConnectWithoutWay,
    Socks,
    /// Takes the user and password, but then refuses with this code.
    SocksRefusing(u8),
    /// Takes the connection, and says nothing.
    Silent,
}

/// A proxy that leads every host to one far end.
pub(crate) struct Tunnel {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Tunnel {
    pub(crate) async fn new(kind: Kind, far_end: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            let mut tunnels = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let log = Arc::clone(&log);
                tunnels.spawn(async move {
                    // A client that gives up ends its tunnel with an error.
                    let _ = match kind {
                        Kind::Connect | Kind::ConnectWithoutWay => connect(stream, kind, far_end, &log).await,
                        Kind::Socks | Kind::SocksRefusing(_) => socks(stream, kind, far_end, &log).await,
                        Kind::Silent => std::future::pending().await,
                    };
                });
            }
        });
        Self { address, asked, task }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The hosts it was asked for.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn connect(
    stream: TcpStream,
    kind: Kind,
    far_end: SocketAddr,
    log: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let Some(request) = read_request(&mut stream).await else {
        return Ok(());
    };
    log.lock().unwrap().push(request.target.clone());
    if request.header("proxy-authorization") != Some(BASIC) {
        let refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
        return stream.write_all(refusal).await;
    }
    if matches!(kind, Kind::ConnectWithoutWay) {
        return stream
            .write_all(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            .await;
    }
    stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await?;
    let mut far_end = TcpStream::connect(far_end).await?;
    copy_bidirectional(&mut stream, &mut far_end).await.map(drop)
}

/// RFC 1928, with the user and password of RFC 1929.
async fn socks(
    mut stream: TcpStream,
    kind: Kind,
    far_end: SocketAddr,
    log: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    assert_eq!(stream.read_u8().await?, 5);
    let methods = read_text(&mut stream).await?;
    if !methods.as_bytes().contains(&2) {
        return stream.write_all(&[5, 0xff]).await;
    }
    stream.write_all(&[5, 2]).await?;
    assert_eq!(stream.read_u8().await?, 1);
    let (user, password) = (read_text(&mut stream).await?, read_text(&mut stream).await?);
    if (user.as_str(), password.as_str()) != (USER, PASSWORD) {
        return stream.write_all(&[1, 1]).await;
    }
    stream.write_all(&[1, 0]).await?;
    let mut head = [0; 4];
    stream.read_exact(&mut head).await?;
    let host = match head[3] {
        1 => format!("address {}", std::net::Ipv4Addr::from(stream.read_u32().await?)),
        3 => read_text(&mut stream).await?,
        _ => format!("address {}", std::net::Ipv6Addr::from(stream.read_u128().await?)),
    };
    let port = stream.read_u16().await?;
    log.lock().unwrap().push(format!("{host}:{port}"));
    let code = if let Kind::SocksRefusing(code) = kind {
        code
    } else {
        0
    };
    stream.write_all(&[5, code, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    if code != 0 {
        return Ok(());
    }
    let mut far_end = TcpStream::connect(far_end).await?;
    copy_bidirectional(&mut stream, &mut far_end).await.map(drop)
}

/// A length byte, and so many bytes.
async fn read_text(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut text = vec![0; usize::from(stream.read_u8().await?)];
    stream.read_exact(&mut text).await?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
