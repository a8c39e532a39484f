-- Search: every single filter finds its decisions by an index, newest first, together with a time.

-- The rule's category when the decision was made; NULL where the rule has none, and in rows older than this column.
ALTER TABLE decision_rules ADD COLUMN category TEXT;
CREATE INDEX decision_rules_category ON decision_rules (category, created_at, decision_id)
    WHERE category IS NOT NULL;

-- Both, because an app is searched by its name and by its SDKAppID, and a name may have stood for another id before.
CREATE INDEX decisions_app      ON decisions (sdk_app_id, app, created_at, id);
CREATE INDEX decisions_group    ON decisions (group_id, created_at, id);
CREATE INDEX decisions_topic    ON decisions (topic_id, created_at, id) WHERE topic_id <> '';
CREATE INDEX decisions_severity ON decisions (severity, created_at, id);
CREATE INDEX decisions_error    ON decisions (error_code, created_at, id) WHERE error_code IS NOT NULL;
-- Rule sets are told apart by fewer digits than their hash has.
CREATE INDEX decisions_ruleset  ON decisions (substr(ruleset, 1, 8), created_at, id);
DROP INDEX decisions_outcome;
CREATE INDEX decisions_outcome  ON decisions (outcome, created_at, id);

-- A start compares its settings with those of the start before.
CREATE INDEX audit_events_starts ON audit_events (seq) WHERE kind = 'service.started';

-- When the decision was made that a text belongs to: what somebody sent is found in the order of all lists.
ALTER TABLE texts ADD COLUMN decided_at INTEGER;
UPDATE texts SET decided_at = (SELECT created_at FROM decisions d WHERE d.id = texts.decision_id)
    WHERE decision_id IS NOT NULL;
DROP INDEX texts_account;
CREATE INDEX texts_account ON texts (account, name, decided_at, decision_id) WHERE account IS NOT NULL;

-- The words of texts that are stored as they are (audit.encryption_key_file = "none"), by three letters at a time; sealed
-- texts are never in it. A row goes with its text, for good.
CREATE VIRTUAL TABLE text_words USING fts5 (words, tokenize = 'trigram');
INSERT INTO text_words (text_words, rank) VALUES ('secure-delete', 1);
CREATE TRIGGER texts_deleted AFTER DELETE ON texts
    WHEN OLD.name IN ('original', 'rewritten', 'restored')
BEGIN
    DELETE FROM text_words WHERE rowid = OLD.event_seq * 4
        + CASE OLD.name WHEN 'original' THEN 0 WHEN 'rewritten' THEN 1 ELSE 2 END;
END;
CREATE TRIGGER texts_changed AFTER UPDATE OF content ON texts
    WHEN OLD.name IN ('original', 'rewritten', 'restored')
BEGIN
    DELETE FROM text_words WHERE rowid = OLD.event_seq * 4
        + CASE OLD.name WHEN 'original' THEN 0 WHEN 'rewritten' THEN 1 ELSE 2 END;
END;
-- Texts up to this event were written before there was such an index: while one of them is stored as it is, words are
-- looked for in the texts themselves.
CREATE TABLE text_words_from (event_seq INTEGER NOT NULL);
INSERT INTO text_words_from SELECT coalesce(max(event_seq), 0) FROM texts;
