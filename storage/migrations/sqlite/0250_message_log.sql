-- The list of all messages. A message says whose it is, so that one business's are found by their age.
-- Store::commit writes the tenant.
ALTER TABLE messages ADD COLUMN tenant TEXT;
UPDATE messages SET tenant = (SELECT tenant FROM conversations WHERE number = messages.conversation);
CREATE INDEX messages_by_tenant ON messages (tenant, at, id);

-- Messages in trouble, of rank 2 (unknown), 4 (failed) or 9 (escalated): few, and found on their own.
CREATE INDEX messages_in_trouble ON messages (at, id) WHERE rank IN (2, 4, 9);
CREATE INDEX messages_in_trouble_by_tenant ON messages (tenant, at, id) WHERE rank IN (2, 4, 9);
