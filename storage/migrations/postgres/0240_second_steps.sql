-- One row a user whose sign-in takes a code beside the password, or who is setting that up: the secret
-- of the codes, sealed under the key named by key_id, and the number of the newest code that was used.
-- Written by SecondSteps.
CREATE TABLE second_steps (
    user_id      UUID    NOT NULL PRIMARY KEY,
    key_id       TEXT    NOT NULL,
    sealed       BYTEA   NOT NULL,
    began_at     BIGINT  NOT NULL,
    confirmed_at BIGINT,
    last_code    BIGINT  NOT NULL
);

-- One row a recovery code that was not used, by its SHA-256. Written by SecondSteps.
CREATE TABLE recovery_codes (
    user_id   UUID  NOT NULL,
    code_hash BYTEA NOT NULL,
    PRIMARY KEY (user_id, code_hash)
);

-- One row a browser whose password was right and whose code is still to come, by the SHA-256 of its
-- token. No session: whoever has only this is not signed in. Written by SecondSteps; rows that have
-- ended are removed when the next one is added.
CREATE TABLE begun_sign_ins (
    token_hash BYTEA   NOT NULL PRIMARY KEY,
    user_id    UUID    NOT NULL,
    expires_at BIGINT  NOT NULL
);
CREATE INDEX begun_sign_ins_by_user ON begun_sign_ins (user_id);
CREATE INDEX begun_sign_ins_by_end ON begun_sign_ins (expires_at);
