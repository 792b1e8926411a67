-- Files that go with messages. Written by Files (an upload and its end), and by Store::commit, which
-- notes the message that carries a file: seq.
CREATE TABLE files (
    id              UUID    NOT NULL PRIMARY KEY,
    conversation_id UUID    NOT NULL,
    tenant          TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    media_type      TEXT    NOT NULL,
    bytes           BIGINT  NOT NULL,
    uploaded_at     BIGINT  NOT NULL,
    is_complete     BOOLEAN NOT NULL DEFAULT false,
    seq             BIGINT
);
CREATE INDEX files_by_conversation ON files (conversation_id);
CREATE INDEX files_by_tenant ON files (tenant, bytes);
CREATE INDEX files_without_message ON files (uploaded_at) WHERE seq IS NULL;

-- Their content, in parts of 256 KiB. Written by Files::add_part; goes with its file.
CREATE TABLE file_parts (
    file_id UUID    NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    part    INTEGER NOT NULL,
    content BYTEA   NOT NULL,
    PRIMARY KEY (file_id, part)
);
-- Pictures and documents are compressed already.
ALTER TABLE file_parts ALTER COLUMN content SET STORAGE EXTERNAL;
