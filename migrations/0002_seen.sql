-- Which messages were seen, for each app one compact blob: rewritten each second while something happens.
-- It is no part of the audit; losing it costs a look at the history that the platform keeps.
CREATE TABLE seen (
    sdk_app_id INTEGER PRIMARY KEY,
    begun_at   INTEGER NOT NULL,
    flushed_at INTEGER NOT NULL,
    streams    BLOB    NOT NULL
);
