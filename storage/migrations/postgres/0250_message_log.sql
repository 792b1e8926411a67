-- The list of all messages. A message says whose it is, so that one business's are found by their age.
-- Store::commit writes the tenant; an older version of the program does not, so the trigger does.
ALTER TABLE messages ADD COLUMN tenant TEXT;
UPDATE messages SET tenant = c.tenant FROM conversations c WHERE c.id = messages.conversation_id;
CREATE INDEX messages_by_tenant ON messages (tenant, at, id);

CREATE FUNCTION fill_message_tenant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.tenant := (SELECT tenant FROM conversations WHERE id = NEW.conversation_id);
    RETURN NEW;
END $$;
CREATE TRIGGER messages_tenant BEFORE INSERT ON messages FOR EACH ROW
    WHEN (NEW.tenant IS NULL) EXECUTE FUNCTION fill_message_tenant();

-- One row a message in trouble: of rank 2 (unknown), 4 (failed) or 9 (escalated). An index on the status
-- would take every step of every message through every index, so the few are kept apart, by triggers of
-- the database, whose conditions cost next to nothing while all goes well.
CREATE TABLE message_troubles (
    conversation_id UUID   NOT NULL,
    seq             BIGINT NOT NULL,
    tenant          TEXT   NOT NULL,
    at              BIGINT NOT NULL,
    id              UUID   NOT NULL,
    PRIMARY KEY (conversation_id, seq)
);
CREATE INDEX message_troubles_by_age ON message_troubles (at, id);
CREATE INDEX message_troubles_by_tenant ON message_troubles (tenant, at, id);

CREATE FUNCTION note_message_trouble() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO message_troubles (conversation_id, seq, tenant, at, id)
    VALUES (NEW.conversation_id, NEW.seq, NEW.tenant, NEW.at, NEW.id)
    ON CONFLICT (conversation_id, seq) DO NOTHING;
    RETURN NULL;
END $$;
CREATE FUNCTION forget_message_trouble() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM message_troubles WHERE conversation_id = OLD.conversation_id AND seq = OLD.seq;
    RETURN NULL;
END $$;
CREATE TRIGGER messages_in_trouble AFTER INSERT ON messages FOR EACH ROW
    WHEN (NEW.rank IN (2, 4, 9)) EXECUTE FUNCTION note_message_trouble();
CREATE TRIGGER messages_into_trouble AFTER UPDATE OF rank ON messages FOR EACH ROW
    WHEN (NEW.rank IN (2, 4, 9) AND OLD.rank NOT IN (2, 4, 9)) EXECUTE FUNCTION note_message_trouble();
CREATE TRIGGER messages_out_of_trouble AFTER UPDATE OF rank ON messages FOR EACH ROW
    WHEN (OLD.rank IN (2, 4, 9) AND NEW.rank NOT IN (2, 4, 9)) EXECUTE FUNCTION forget_message_trouble();
CREATE TRIGGER messages_gone_from_trouble AFTER DELETE ON messages FOR EACH ROW
    WHEN (OLD.rank IN (2, 4, 9)) EXECUTE FUNCTION forget_message_trouble();

INSERT INTO message_troubles (conversation_id, seq, tenant, at, id)
SELECT conversation_id, seq, tenant, at, id FROM messages WHERE rank IN (2, 4, 9);
