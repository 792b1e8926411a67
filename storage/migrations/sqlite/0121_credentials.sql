-- One row a part of a tenant's account at a provider, sealed under the key named by key_id. Written by
-- Registry; nothing here can be read without the key, which is kept elsewhere.
CREATE TABLE credentials (
    tenant   TEXT NOT NULL,
    provider TEXT NOT NULL,
    name     TEXT NOT NULL,
    key_id   TEXT NOT NULL,
    sealed   BLOB NOT NULL,
    set_by   TEXT NOT NULL,
    set_at   INTEGER NOT NULL,
    PRIMARY KEY (tenant, provider, name)
);
