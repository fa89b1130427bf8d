//! A TCP port that leads to another one while it is open.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Forwards connections while it is open; while it is shut, new ones are ended at once. The ones it has end with the
/// far end.
pub(crate) struct Gate {
    port: u16,
    is_open: Arc<AtomicBool>,
}

impl Gate {
    /// An open gate to a port on this machine. Its thread ends with the process.
    pub(crate) fn to(far_port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let is_open = Arc::new(AtomicBool::new(true));
        let gate = Arc::clone(&is_open);
        std::thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                if gate.load(Ordering::SeqCst)
                    && let Ok(far) = TcpStream::connect(("127.0.0.1", far_port))
                {
                    join(near, far);
                }
            }
        });
        Self { port, is_open }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn set_open(&self, is_open: bool) {
        self.is_open.store(is_open, Ordering::SeqCst);
    }
}

fn join(near: TcpStream, far: TcpStream) {
    let _ = (near.set_nodelay(true), far.set_nodelay(true));
    let (back_from, back_to) = (far.try_clone().unwrap(), near.try_clone().unwrap());
    std::thread::spawn(move || copy(near, far));
    std::thread::spawn(move || copy(back_from, back_to));
}

/// Copies until either side ends, and then ends both.
fn copy(mut from: TcpStream, mut to: TcpStream) {
    let mut bytes = vec![0; 64 << 10];
    while let Ok(read @ 1..) = from.read(&mut bytes) {
        if to.write_all(&bytes[..read]).is_err() {
            break;
        }
    }
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}
