-- Who may use the API. The token itself is nowhere: only its SHA-256 is, which is enough for 256 random bits.
CREATE TABLE tokens (
    id           TEXT    PRIMARY KEY,
    -- Unique among those that may be used, so that the audit's `by` names one.
    name         TEXT    NOT NULL,
    -- moderator, auditor or admin.
    role         TEXT    NOT NULL,
    -- Only this app; NULL for all.
    sdk_app_id   INTEGER,
    hash         BLOB    NOT NULL UNIQUE,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    revoked_at   INTEGER,
    -- To the hour, so that a busy token does not keep the disk busy. No part of the audit.
    last_used_at INTEGER
);
