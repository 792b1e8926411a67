-- One row a part of a tenant's account at a provider, sealed under the key named by key_id. Written by
-- Registry; nothing here can be read without the key, which is kept elsewhere.
CREATE TABLE credentials (
    tenant   TEXT COLLATE "C" NOT NULL,
    provider TEXT COLLATE "C" NOT NULL,
    name     TEXT COLLATE "C" NOT NULL,
    key_id   TEXT NOT NULL,
    sealed   BYTEA NOT NULL,
    set_by   TEXT NOT NULL,
    set_at   BIGINT NOT NULL,
    PRIMARY KEY (tenant, provider, name)
);
