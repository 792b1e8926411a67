-- People who sign in: how colleagues call them, and the language they read. Written by Registry
-- and Access.
ALTER TABLE users ADD COLUMN name TEXT;
ALTER TABLE users ADD COLUMN language TEXT;

-- One row a browser somebody is signed in with, by the SHA-256 of its token. Written by Access;
-- rows that have ended are removed when the next one is added.
CREATE TABLE sessions (
    token_hash BYTEA   NOT NULL PRIMARY KEY,
    user_id    UUID    NOT NULL,
    created_at BIGINT  NOT NULL,
    seen_at    BIGINT  NOT NULL,
    expires_at BIGINT  NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- One row an account, existing or not, that somebody tried to sign in to lately, by the SHA-256 of
-- its email. Written by Access; old rows are removed with the next attempt.
CREATE TABLE sign_in_attempts (
    account_hash BYTEA   NOT NULL PRIMARY KEY,
    attempts     INTEGER NOT NULL,
    began_at     BIGINT  NOT NULL
);
CREATE INDEX sign_in_attempts_by_age ON sign_in_attempts (began_at);

-- Who did what, only ever added to by Access. A null tenant is the installation.
CREATE TABLE audit (
    id      UUID    NOT NULL PRIMARY KEY,
    at      BIGINT  NOT NULL,
    tenant  TEXT,
    user_id UUID    NOT NULL,
    email   TEXT    NOT NULL,
    act     TEXT    NOT NULL,
    subject TEXT    NOT NULL
);
CREATE INDEX audit_by_age ON audit (at, id);
CREATE INDEX audit_by_tenant ON audit (tenant, at, id);
