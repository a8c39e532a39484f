-- What a person wants given back: one row a decision and request, beside the decision it is about.
CREATE TABLE undos (
    id          TEXT    PRIMARY KEY,
    decision_id TEXT    NOT NULL REFERENCES decisions (id),
    sdk_app_id  INTEGER NOT NULL,
    -- Only this rule's work is lifted; the empty string: all of it.
    rule        TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    -- pending, done or refused; the last with its cause.
    state       TEXT    NOT NULL,
    cause       TEXT,
    error_code  INTEGER,
    attempts    INTEGER NOT NULL,
    next_try_at INTEGER,
    settled_at  INTEGER
);
CREATE INDEX undos_pending ON undos (sdk_app_id, next_try_at) WHERE state = 'pending';
CREATE INDEX undos_decision ON undos (decision_id);

-- What a person gave back stays: no rule of this definition touches that leaf of the message again.
CREATE TABLE restored (
    sdk_app_id  INTEGER NOT NULL,
    group_id    TEXT    NOT NULL,
    topic_id    TEXT    NOT NULL,
    msg_seq     INTEGER NOT NULL,
    place       TEXT    NOT NULL,
    rule        TEXT    NOT NULL,
    rule_hash   TEXT    NOT NULL,
    undo_id     TEXT    NOT NULL REFERENCES undos (id),
    PRIMARY KEY (sdk_app_id, group_id, topic_id, msg_seq, place, rule, rule_hash, undo_id)
) WITHOUT ROWID;
CREATE INDEX restored_undo ON restored (undo_id);

-- What the message shows once it is given back: tells our own echo.
ALTER TABLE decisions ADD COLUMN restored_digest TEXT;
