//! TLS as this house speaks it: one provider named explicitly, certificates judged by the operating system.
//!
//! Holds only the two configurations that HTTP clients are built with. Promise: which provider is used
//! never depends on what another part of the process installed first.

use rustls::{ClientConfig, RootCertStore, crypto::ring};
use rustls_platform_verifier::BuilderVerifierExt;
use std::sync::Arc;

/// Trusts what the operating system trusts.
///
/// # Errors
/// When the system's certificates cannot be loaded, as in an image without any.
pub fn trusting_the_system() -> Result<ClientConfig, rustls::Error> {
    Ok(ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth())
}

/// Trusts nobody: for clients that only ever speak plain HTTP, so that they need no certificates to start.
///
/// # Errors
/// Only when the provider supports no protocol version.
pub fn trusting_nobody() -> Result<ClientConfig, rustls::Error> {
    Ok(ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth())
}
