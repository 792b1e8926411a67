-- Words that colleagues put on conversations. Written by Desk::add_tag and Desk::remove_tag.
CREATE TABLE conversation_tags (
    conversation_id UUID    NOT NULL,
    tag             TEXT COLLATE "C" NOT NULL,
    tenant          TEXT    NOT NULL,
    at              BIGINT  NOT NULL,
    PRIMARY KEY (conversation_id, tag)
);
CREATE INDEX conversation_tags_by_tag ON conversation_tags (tag, at, conversation_id);
CREATE INDEX conversation_tags_by_tenant ON conversation_tags (tenant, tag, at, conversation_id);

-- What somebody looks after, newest first.
CREATE INDEX assignments_by_user ON assignments (user_id, at, conversation_id);

-- Conversations that the bot has: they leave this index once, when they are done.
CREATE INDEX conversations_open ON conversations (created_at, id) WHERE status = 'open';
CREATE INDEX conversations_open_by_tenant ON conversations (tenant, created_at, id) WHERE status = 'open';

-- Texts that colleagues have ready. Written by Presets; revision grows with every change.
CREATE TABLE canned_replies (
    id         UUID    NOT NULL PRIMARY KEY,
    tenant     TEXT    NOT NULL,
    shortcut   TEXT COLLATE "C" NOT NULL,
    text       TEXT    NOT NULL,
    revision   BIGINT  NOT NULL,
    author     TEXT    NOT NULL,
    updated_at BIGINT  NOT NULL,
    UNIQUE (tenant, shortcut)
);

-- Filters of the inbox that somebody saved under a name. Written by Presets.
CREATE TABLE saved_views (
    user_id UUID    NOT NULL,
    name    TEXT    NOT NULL,
    query   TEXT    NOT NULL,
    at      BIGINT  NOT NULL,
    PRIMARY KEY (user_id, name)
);

-- How long people waited for a colleague, and what did not leave, by day.
CREATE INDEX tickets_by_age ON tickets (opened_at);
CREATE INDEX tickets_by_tenant ON tickets (tenant, opened_at);
CREATE INDEX outbox_failed ON outbox (settled_at) WHERE state IN ('unknown', 'dead');
