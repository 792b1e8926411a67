-- What colleagues wrote down about conversations; only ever added to, by Desk::add_note.
CREATE TABLE notes (
    id              BLOB    NOT NULL PRIMARY KEY,
    conversation_id BLOB    NOT NULL,
    tenant          TEXT    NOT NULL,
    user_id         BLOB    NOT NULL,
    author          TEXT    NOT NULL,
    text            TEXT    NOT NULL,
    at              INTEGER NOT NULL
);
CREATE INDEX notes_by_conversation ON notes (conversation_id, at, id);

-- One row a conversation somebody looks after. Written by Desk::assign and Desk::unassign.
CREATE TABLE assignments (
    conversation_id BLOB    NOT NULL PRIMARY KEY,
    tenant          TEXT    NOT NULL,
    user_id         BLOB    NOT NULL,
    name            TEXT    NOT NULL,
    at              INTEGER NOT NULL
);

-- For looking people up by the beginning of a name or an email.
CREATE INDEX contacts_by_name ON contacts (name, tenant) WHERE name IS NOT NULL;
CREATE INDEX contacts_by_email ON contacts (email, tenant) WHERE email IS NOT NULL;
CREATE INDEX contacts_by_phone ON contacts (phone, tenant) WHERE phone IS NOT NULL;
