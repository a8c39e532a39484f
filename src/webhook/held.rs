//! A body of an answer that keeps the unread rest of the request until it is sent.
//!
//! When the rest of a chunked request is dropped before the answer is out, the HTTP server goes on reading it
//! for as long as the sender likes. While it is kept, the connection lingers for `client_disconnect_timeout`
//! and ends.

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::{Bytes, Payload};
use std::pin::Pin;
use std::task::{Context, Poll};

/// A body, and what must not be dropped before it is out.
pub struct Held<B> {
    body: B,
    _unread: Box<Payload>,
}

impl<B> Held<B> {
    pub fn new(body: B, unread: Payload) -> Self {
        Self { body, _unread: Box::new(unread) }
    }
}

impl<B: MessageBody + Unpin> MessageBody for Held<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, B::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_next(context)
    }
}
