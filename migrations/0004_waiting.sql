-- Actions that wait, when a million do: what was never tried and what was are two queues, each read from its top, and
-- a start finds the few that were in flight.
DROP INDEX decisions_pending;
CREATE INDEX decisions_fresh ON decisions (sdk_app_id, severity DESC, created_at DESC)
    WHERE outcome = 'pending' AND attempts = 0;
CREATE INDEX decisions_retries ON decisions (sdk_app_id, severity DESC, created_at DESC)
    WHERE outcome = 'pending' AND attempts > 0;
CREATE INDEX decisions_flight ON decisions (flight) WHERE outcome = 'pending' AND flight > 0;
