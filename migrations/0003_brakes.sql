-- The brake: rules that hit far more than they should are held back until a person looks.

-- When each definition of a rule (its own hash) was live for the first time.
CREATE TABLE rule_definitions (
    rule          TEXT    NOT NULL,
    hash          TEXT    NOT NULL,
    first_live_at INTEGER NOT NULL,
    PRIMARY KEY (rule, hash)
) WITHOUT ROWID;

-- What is known of a rule in an app: its usual rate, and whether it is held back. A new definition begins anew.
CREATE TABLE brakes (
    sdk_app_id INTEGER NOT NULL,
    rule       TEXT    NOT NULL,
    app        TEXT    NOT NULL,
    hash       TEXT    NOT NULL,
    -- Senders an hour, averaged over so many hours; the hour (since 1970) that is counted next.
    senders    REAL    NOT NULL,
    hours      INTEGER NOT NULL,
    next_hour  INTEGER NOT NULL,
    -- Senders an hour that a person has seen and released.
    approved   REAL,
    tripped_at INTEGER,
    reason     TEXT,
    PRIMARY KEY (sdk_app_id, rule)
) WITHOUT ROWID;
