-- Texts are sealed from here on: `content` is then a blob (nonce, ciphertext, tag); what was written before stays text.
-- `account` finds a person's texts: a keyed hash where texts are sealed, else the account itself; NULL beside other texts.
ALTER TABLE texts ADD COLUMN account BLOB;
DROP INDEX texts_accounts;
CREATE INDEX texts_account ON texts (account, name, decision_id) WHERE account IS NOT NULL;

-- One row: which key seals texts (NULL: none does), and which events' accounts are still to be filed under it.
CREATE TABLE encryption (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    key_id      TEXT,
    filed       INTEGER NOT NULL,
    file_until  INTEGER NOT NULL
);
INSERT INTO encryption SELECT 1, NULL, 0, coalesce(max(event_seq), 0) FROM texts;

-- Texts that are gone for good, and the event that says why.
CREATE TABLE erased (
    event_seq INTEGER NOT NULL,
    name      TEXT    NOT NULL,
    by_event  INTEGER NOT NULL,
    PRIMARY KEY (event_seq, name)
) WITHOUT ROWID;
CREATE INDEX erased_by ON erased (by_event);

-- What must not be erased while it is in dispute: a decision, or all of a person. Whom, stands in the event's texts.
CREATE TABLE holds (
    id          TEXT    PRIMARY KEY,
    event_seq   INTEGER NOT NULL,
    added_at    INTEGER NOT NULL,
    app         TEXT,
    decision_id TEXT
);

-- From a decision to the one that took its place.
CREATE INDEX decisions_successor ON decisions (supersedes) WHERE supersedes IS NOT NULL;

-- Events that are about no decision: few, and looked up by their kind.
CREATE INDEX audit_events_apart ON audit_events (kind, seq) WHERE decision_id IS NULL;

-- Where the chain begins once its oldest events are gone: the last of them, and the signed checkpoint of it.
CREATE TABLE root (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    seq        INTEGER NOT NULL,
    hash       BLOB    NOT NULL,
    checkpoint TEXT
);
