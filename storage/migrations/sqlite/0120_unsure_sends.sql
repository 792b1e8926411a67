-- Sends whose answer was lost are asked after. Store::claim writes claimed_at; Store::settle and
-- Store::abandon_claims write unsure_since, from which moment on an earlier try may have been taken.
ALTER TABLE outbox ADD COLUMN claimed_at INTEGER;
ALTER TABLE outbox ADD COLUMN unsure_since INTEGER;
