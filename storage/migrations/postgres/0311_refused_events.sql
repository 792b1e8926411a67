-- Events that were not accepted, newest first: of everybody, and of one tenant. Few beside the others, and read
-- by Reader::refused.
CREATE INDEX receipts_refused ON receipts (received_at, event_id) WHERE outcome = 'refused';
CREATE INDEX receipts_refused_by_tenant ON receipts (tenant, received_at, event_id) WHERE outcome = 'refused';
