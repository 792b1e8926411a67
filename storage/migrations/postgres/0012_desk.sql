-- What colleagues wrote down about conversations; only ever added to, by Desk::add_note.
CREATE TABLE notes (
    id              UUID    NOT NULL PRIMARY KEY,
    conversation_id UUID    NOT NULL,
    tenant          TEXT    NOT NULL,
    user_id         UUID    NOT NULL,
    author          TEXT    NOT NULL,
    text            TEXT    NOT NULL,
    at              BIGINT  NOT NULL
);
CREATE INDEX notes_by_conversation ON notes (conversation_id, at, id);

-- One row a conversation somebody looks after. Written by Desk::assign and Desk::unassign.
CREATE TABLE assignments (
    conversation_id UUID    NOT NULL PRIMARY KEY,
    tenant          TEXT    NOT NULL,
    user_id         UUID    NOT NULL,
    name            TEXT    NOT NULL,
    at              BIGINT  NOT NULL
);

-- For looking people up by the beginning of a name or an email.
CREATE INDEX contacts_by_name ON contacts (name COLLATE "C", tenant) WHERE name IS NOT NULL;
CREATE INDEX contacts_by_email ON contacts (email COLLATE "C", tenant) WHERE email IS NOT NULL;
CREATE INDEX contacts_by_phone ON contacts (phone COLLATE "C", tenant) WHERE phone IS NOT NULL;
