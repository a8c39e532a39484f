//! Where keys and checkpoints are: as the command says, as the settings say, or beside the database.

use crate::cli::{Context, WrongUsage};
use crate::proof::{Checkpoints, PublicKey, public_beside};
use crate::settings::AuditSettings;
use crate::store::database_file;
use std::path::{Path, PathBuf};

/// The files that belong to one database.
#[derive(Debug)]
pub struct Files {
    pub key: Option<PathBuf>,
    pub checkpoints: Option<PathBuf>,
}

impl Files {
    /// Those of the settings.
    pub fn configured(context: &Context) -> anyhow::Result<Self> {
        let database = database_file(&context.store_settings()?.url)?;
        Ok(Self::of(&context.audit_settings()?, &database))
    }

    /// Those beside a database that no setting speaks of.
    pub fn beside(database: &Path) -> Self {
        Self::of(&AuditSettings::default(), database)
    }

    fn of(audit: &AuditSettings, database: &Path) -> Self {
        Self { key: audit.signing_key(database), checkpoints: audit.checkpoints(database) }
    }

    /// The public keys that are given, or else the one beside the private key, if it is there.
    pub fn public_keys(&self, given: &[String]) -> anyhow::Result<Vec<PublicKey>> {
        let beside = || {
            let file = self.key.as_deref().map(public_beside).filter(|file| file.exists());
            file.map(|file| file.display().to_string())
        };
        let named = match given {
            [] => beside().into_iter().collect(),
            given => given.to_vec(),
        };
        let read = named.iter().map(|text| PublicKey::read(text));
        let keys: Result<_, _> = read.collect();
        keys.map_err(|error| WrongUsage(format!("no public key: {error}")).into())
    }

    /// The checkpoints to compare with, or why there are none: a file that is named must be there and must have a key,
    /// the default one may be missing.
    pub fn witness(
        &self,
        named: Option<&Path>,
        keys: &[String],
    ) -> anyhow::Result<Result<Checkpoints, String>> {
        let keys = self.public_keys(keys)?;
        let default = self.checkpoints.as_deref().filter(|file| file.exists());
        let Some(file) = named.or(default) else {
            let why = "no checkpoint file: whether the audit is whole at its end is not known";
            return Ok(Err(why.to_owned()));
        };
        if keys.is_empty() {
            let why = format!(
                "no public key to check {} with: give --public-key, a PEM file or what `automod audit keygen` printed",
                file.display()
            );
            return match named {
                Some(_) => Err(WrongUsage(why).into()),
                None => Ok(Err(why)),
            };
        }
        let opened = Checkpoints::open(file, keys);
        let opened = opened.map_err(|error| WrongUsage(format!("{}: {error}", file.display())))?;
        Ok(Ok(opened))
    }
}
