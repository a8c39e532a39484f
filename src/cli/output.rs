//! Standard output for data, standard error for the person at the terminal.

use anstream::AutoStream;
use std::io::{self, StdoutLock, Write};

/// Standard output. Colours are dropped when nobody can see them, or `NO_COLOR` is set.
pub struct Output(AutoStream<StdoutLock<'static>>);

/// The reader of our output hung up, as `head` does. Told from a broken network connection.
#[derive(Debug, thiserror::Error)]
#[error("nobody reads the output any more")]
struct HungUp;

/// Write data here with `writeln!` and pass errors on: `println!` panics when the reader hangs up.
pub fn output() -> Output {
    Output(anstream::stdout().lock())
}

/// One line for the person at the terminal.
pub fn say(line: &str) {
    // When nobody reads it, nothing is left to be said.
    let _ = writeln!(anstream::stderr().lock(), "{line}");
}

/// Whether `error` only says that the reader of our output had enough.
pub(super) fn is_hung_up(error: &anyhow::Error) -> bool {
    let mut causes = error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>());
    causes.any(|error| error.get_ref().is_some_and(|inner| inner.is::<HungUp>()))
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).map_err(mark)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().map_err(mark)
    }
}

fn mark(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::BrokenPipe => io::Error::other(HungUp),
        _ => error,
    }
}
