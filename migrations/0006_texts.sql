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
