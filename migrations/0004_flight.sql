-- A start looks for what was in flight: among a million actions that wait, there are a few.
CREATE INDEX decisions_flight ON decisions (flight) WHERE outcome = 'pending' AND flight > 0;
