-- The queue of conversations that are with people, or should be: few, and moved by each of their
-- turns. The tenant stands last so that one tenant's are told apart without a look at the row.
CREATE INDEX conversations_waiting ON conversations (status, updated_at, id, tenant)
    WHERE status IN ('needs_person', 'with_person');

-- Conversations come here once, when they are done.
CREATE INDEX conversations_done ON conversations (created_at, id) WHERE status = 'done';
CREATE INDEX conversations_done_by_tenant ON conversations (tenant, created_at, id) WHERE status = 'done';
