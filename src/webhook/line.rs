//! The connection under a request, so that it can end without an answer.

use std::io;
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsFd;

/// A second handle to a connection.
#[derive(Debug)]
pub struct Line(TcpStream);

impl Line {
    /// Of an accepted connection.
    ///
    /// # Errors
    /// When there are no file descriptors left.
    pub fn of(connection: &impl AsFd) -> io::Result<Self> {
        connection.as_fd().try_clone_to_owned().map(|fd| Self(fd.into()))
    }

    /// Ends the connection: nothing that is written to it later arrives.
    pub fn cut(&self) {
        // One that has ended by itself is cut already.
        let _ = self.0.shutdown(Shutdown::Both);
    }
}
