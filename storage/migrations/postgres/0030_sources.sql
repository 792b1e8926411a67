-- When the person followed the link that was sent to the address. Written by Store::commit.
ALTER TABLE newsletter ADD COLUMN confirmed_at BIGINT;

-- Consents are read newest first, all of them or those of one person.
CREATE INDEX consents_by_age ON consents (at, id);
CREATE INDEX consents_by_tenant ON consents (tenant, at, id);
CREATE INDEX consents_by_subject ON consents (subject, at, id);
