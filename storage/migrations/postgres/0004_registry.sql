-- What an administrator sets up. All of it is written by Registry.

-- One row a tenant, with the manifest it was set up from.
CREATE TABLE tenants (
    id         TEXT    NOT NULL PRIMARY KEY,
    manifest   TEXT    NOT NULL,
    revision   BIGINT  NOT NULL,
    created_at BIGINT  NOT NULL,
    updated_at BIGINT  NOT NULL
);

-- Which tenant an address of ours belongs to.
CREATE TABLE routes (
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    tenant  TEXT NOT NULL,
    PRIMARY KEY (channel, address)
);

-- People who sign in; a null tenant is every tenant.
CREATE TABLE users (
    id            UUID    NOT NULL PRIMARY KEY,
    email         TEXT    NOT NULL UNIQUE,
    password_hash TEXT    NOT NULL,
    role          TEXT    NOT NULL,
    tenant        TEXT,
    created_at    BIGINT  NOT NULL
);

-- Keys for the API, by the SHA-256 of their secret.
CREATE TABLE api_keys (
    id          UUID    NOT NULL PRIMARY KEY,
    secret_hash BYTEA   NOT NULL UNIQUE,
    tenant      TEXT    NOT NULL,
    role        TEXT    NOT NULL,
    created_at  BIGINT  NOT NULL
);

-- Settings of the installation, each written once.
CREATE TABLE settings (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- 'revision' grows with every change of a tenant or a route, 'epoch' with every start of a node
-- that owns everything; 'ping' is written by Store::ping.
CREATE TABLE counters (
    name  TEXT    NOT NULL PRIMARY KEY,
    value BIGINT  NOT NULL
);
INSERT INTO counters (name, value) VALUES ('revision', 0), ('epoch', 0), ('ping', 0);
