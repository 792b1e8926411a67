-- An index on updated_at would take every turn of every conversation through every index: an update
-- spares them only when no indexed column changes, in a partial index or not.
DROP INDEX conversations_waiting;
ALTER TABLE conversations ADD COLUMN waiting_at BIGINT
    GENERATED ALWAYS AS (CASE WHEN status IN ('needs_person', 'with_person') THEN updated_at END) STORED;
CREATE INDEX conversations_waiting ON conversations (status, waiting_at, id, tenant)
    WHERE status IN ('needs_person', 'with_person');
