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
