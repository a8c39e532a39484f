//! What proves the audit to those who do not trust this machine: keys, signed checkpoints, proofs of exports.
//!
//! Holds no SQL and judges no message. Promise: what is signed is documented byte for byte (docs/audit.md), so that
//! it can be checked without this program, and nothing here ever holds up moderation.

mod auditor;
mod checkpoint;
mod evidence;
mod export;
mod key;
mod ledger;
mod notary;
mod witness;

pub use auditor::Auditor;
pub use checkpoint::{Checkpoint, Flaw};
pub use evidence::Evidence;
pub use export::{Counter, ExportFlaw, Statement, Tally};
pub use key::{KeyError, PublicKey, Signer, make, public_beside};
pub use ledger::{LedgerError, last, last_upto};
pub use notary::{Notary, Plan};
pub use witness::{Checkpoints, Dispute, Summary};
