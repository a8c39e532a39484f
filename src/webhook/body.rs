//! Takes a request's body off the wire: at most so many bytes, within so much time, in flat memory.

use actix_web::web::{Bytes, BytesMut, Payload};
use futures_util::StreamExt;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// A body that is refused is still taken off the wire up to here, so that its sender sees the answer.
const DRAIN_LIMIT: u64 = 4 << 20;

/// How much of a body is taken.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimits {
    pub bytes: u64,
    /// From the first byte of the body to its last.
    pub timeout: Duration,
}

/// Why there is no body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoBody {
    TooLarge,
    TooSlow,
    /// The connection ended, or the framing is broken.
    Broken,
}

/// A body on its way in, with its deadline.
pub struct Incoming {
    payload: Payload,
    /// What `Content-Length` says.
    announced: Option<u64>,
    deadline: Instant,
    ended: bool,
}

impl Incoming {
    pub fn new(payload: Payload, announced: Option<u64>, limits: BodyLimits) -> Self {
        Self { payload, announced, deadline: Instant::now() + limits.timeout, ended: false }
    }

    /// The whole body. One that is announced as too large is not read.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn read(&mut self, limit: u64) -> Result<Bytes, NoBody> {
        if self.announced.is_some_and(|bytes| bytes > limit) {
            return Err(NoBody::TooLarge);
        }
        // Nearly every body comes in one piece, which is taken as it is.
        let Some(first) = self.chunk().await? else { return Ok(Bytes::new()) };
        if first.len() as u64 > limit {
            return Err(NoBody::TooLarge);
        }
        let Some(second) = self.chunk().await? else { return Ok(first) };
        let (mut body, mut next) = (BytesMut::from(&first[..]), Some(second));
        while let Some(chunk) = next {
            if (body.len() + chunk.len()) as u64 > limit {
                return Err(NoBody::TooLarge);
            }
            body.extend_from_slice(&chunk);
            next = self.chunk().await?;
        }
        Ok(body.freeze())
    }

    /// Takes what is left off the wire and forgets it, as far as that is worth the while.
    pub async fn drain(&mut self) {
        if self.announced.is_some_and(|bytes| bytes > DRAIN_LIMIT) {
            return;
        }
        let mut taken = 0;
        while !self.ended && taken <= DRAIN_LIMIT {
            match self.chunk().await {
                Ok(Some(chunk)) => taken += chunk.len() as u64,
                Ok(None) => {}
                Err(_) => return,
            }
        }
    }

    /// What is still unread; `None` when the body has ended and the connection can go on.
    pub fn unread(self) -> Option<Payload> {
        (!self.ended).then_some(self.payload)
    }

    async fn chunk(&mut self) -> Result<Option<Bytes>, NoBody> {
        match timeout_at(self.deadline, self.payload.next()).await {
            Err(_) => Err(NoBody::TooSlow),
            Ok(Some(Err(_))) => Err(NoBody::Broken),
            Ok(Some(Ok(chunk))) => Ok(Some(chunk)),
            Ok(None) => {
                self.ended = true;
                Ok(None)
            }
        }
    }
}
