//! Every token against the events that tell of it: one that was put into the table by other means opens a door.

use super::super::{Reader, Root, StoreError};
use super::Damage;

/// One statement, so that a service that makes a token meanwhile does not look like damage. What was revoked twice, or
/// made twice, cannot be told by our own writer.
const DIFFERENT: &str = "WITH told AS MATERIALIZED (SELECT kind, at, data, data ->> 'token' AS id FROM audit_events \
     WHERE kind IN ('token.created', 'token.revoked')) \
     SELECT t.id FROM tokens t \
     LEFT JOIN told c ON c.id = t.id AND c.kind = 'token.created' \
     LEFT JOIN told r ON r.id = t.id AND r.kind = 'token.revoked' \
     WHERE c.id IS NULL AND t.created_at >= ?1 OR c.id IS NOT NULL AND (t.role IS NOT c.data ->> 'role' OR t.sdk_app_id IS NOT c.data ->> 'sdk_app_id' \
     OR lower(hex(t.hash)) IS NOT c.data ->> 'hash' OR t.expires_at IS NOT c.data ->> 'expires_at' \
     OR t.created_at IS NOT c.at OR t.revoked_at IS NOT r.at) \
     UNION ALL SELECT id FROM told WHERE id NOT IN (SELECT id FROM tokens) LIMIT 1";

/// The first token that is not what its events say.
///
/// A token made before the `root` may outlive the event that told of it.
pub(super) async fn check(
    reader: &Reader,
    root: Option<&Root>,
) -> Result<Option<Damage>, StoreError> {
    if !is_there(reader).await? {
        return Ok(None);
    }
    let begins = "SELECT min(at) FROM (SELECT at FROM audit_events ORDER BY seq LIMIT 1)";
    let begins: Option<i64> = sqlx::query_scalar(begins).fetch_one(&reader.reads).await?;
    let told_since = root.and(begins).unwrap_or(i64::MIN);
    let id = sqlx::query_scalar(DIFFERENT).bind(told_since);
    let id = id.fetch_optional(&reader.reads).await?;
    Ok(id.map(|id| Damage::TokenChanged { id }))
}

/// A copy that an older version left has no such table.
async fn is_there(reader: &Reader) -> Result<bool, StoreError> {
    let query =
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'tokens')";
    Ok(sqlx::query_scalar(query).fetch_one(&reader.reads).await?)
}
