//! Answers of a platform that is broken, or of something that stands before it.

use super::{Answer, succeeded};
use crate::simulator::faults::Fault;
use flate2::{Compression, write::GzEncoder};
use std::io::Write;

/// What goes out instead of an answer. Nothing was applied.
pub(super) fn broken(fault: Fault) -> Answer {
    let success = succeeded(Vec::new());
    match fault {
        Fault::Status(status) => page(status, "<html><h1>Bad Gateway</h1></html>"),
        Fault::Html => page(200, "<html><h1>Log in to this network</h1></html>"),
        Fault::Garbage => json(vec![0xFF, 0x00, 0xFE, 0x80]),
        Fault::HalfJson => json(success.as_bytes()[..success.len() / 2].into()),
        Fault::NoErrorCode => json(br#"{"ActionStatus":"OK"}"#.into()),
        Fault::Padded(bytes) => json((" ".repeat(bytes) + &success).into_bytes()),
        Fault::Gzip => {
            let (status, content_type, body) =
                (200, "application/json", gzipped(success.as_bytes()));
            Answer::Broken { status, content_type, gzip: true, body }
        }
        Fault::Drop | Fault::Delay(_) | Fault::AnswerLost | Fault::Code(_) => Answer::Nothing,
    }
}

fn page(status: u16, html: &str) -> Answer {
    Answer::Broken { status, content_type: "text/html", gzip: false, body: html.into() }
}

fn json(body: Vec<u8>) -> Answer {
    Answer::Broken { status: 200, content_type: "application/json", gzip: false, body }
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}
