-- Forward only; never edited once released.
-- Times are Unix milliseconds, ids are text. No topic is the empty string, so that keys compare.

-- The audit: append-only, each row bound to the one before it. docs/audit.md gives the canonical form.
CREATE TABLE audit_events (
    seq         INTEGER PRIMARY KEY,
    at          INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    decision_id TEXT,
    data        TEXT    NOT NULL,
    hash        BLOB    NOT NULL
);
CREATE INDEX audit_events_decision ON audit_events (decision_id, seq);

-- What a person wrote or is called: never in an event itself, only its salted digest is.
CREATE TABLE texts (
    event_seq   INTEGER NOT NULL REFERENCES audit_events (seq),
    name        TEXT    NOT NULL,
    decision_id TEXT,
    salt        BLOB    NOT NULL,
    content     TEXT    NOT NULL,
    PRIMARY KEY (event_seq, name)
);
CREATE INDEX texts_decision ON texts (decision_id, name, event_seq);
CREATE INDEX texts_accounts ON texts (content, name, decision_id) WHERE name IN ('sender', 'operator', 'editor');

-- What was judged and where its action stands. The events are the proof, this is the state.
CREATE TABLE decisions (
    id             TEXT    PRIMARY KEY,
    created_at     INTEGER NOT NULL,
    app            TEXT    NOT NULL,
    sdk_app_id     INTEGER NOT NULL,
    group_id       TEXT    NOT NULL,
    group_type     TEXT,
    topic_id       TEXT    NOT NULL,
    msg_seq        INTEGER,
    revision       INTEGER NOT NULL,
    sent_at        INTEGER,
    digest         TEXT    NOT NULL,
    body_digest    TEXT    NOT NULL,
    written_digest TEXT,
    mentions       INTEGER NOT NULL,
    reread         INTEGER NOT NULL,
    verdict        TEXT    NOT NULL,
    severity       INTEGER NOT NULL,
    keep_original  TEXT    NOT NULL,
    review         INTEGER NOT NULL,
    hits           TEXT    NOT NULL,
    tags           TEXT    NOT NULL,
    source         TEXT    NOT NULL,
    ruleset        TEXT    NOT NULL,
    supersedes     TEXT,
    action         TEXT    NOT NULL,
    outcome        TEXT    NOT NULL,
    cause          TEXT,
    error_code     INTEGER,
    attempts       INTEGER NOT NULL,
    next_try_at    INTEGER,
    settled_at     INTEGER,
    confirmed_at   INTEGER,
    -- Where its action stands in this process: 0 resting, 1 in flight; after a crash 2 suspect, 3 alone in flight,
    -- 4 suspect that crashed alone, 5 alone in flight again.
    flight         INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX decisions_message ON decisions (sdk_app_id, group_id, topic_id, msg_seq, revision);
CREATE INDEX decisions_pending ON decisions (sdk_app_id, severity DESC, created_at DESC) WHERE outcome = 'pending';
CREATE INDEX decisions_time    ON decisions (created_at, id);
CREATE INDEX decisions_outcome ON decisions (outcome, created_at);

CREATE TABLE decision_rules (
    rule        TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    decision_id TEXT    NOT NULL REFERENCES decisions (id),
    PRIMARY KEY (rule, created_at, decision_id)
) WITHOUT ROWID;
CREATE INDEX decision_rules_decision ON decision_rules (decision_id);

-- Every rule set that was ever live, so that a decision can be read under the rules of its day,
-- and so that the last good one survives a restart.
CREATE TABLE rulesets (
    hash         TEXT    PRIMARY KEY,
    activated_at INTEGER NOT NULL,
    files        TEXT    NOT NULL
);
