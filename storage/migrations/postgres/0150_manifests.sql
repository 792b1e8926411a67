-- The manifests a tenant was set up from, the one in force included: what was published, by whom, and
-- when. Written by Registry; a null author is the command line. The oldest ones go.
CREATE TABLE manifests (
    tenant       TEXT    NOT NULL,
    revision     BIGINT  NOT NULL,
    manifest     TEXT    NOT NULL,
    author       TEXT,
    published_at BIGINT  NOT NULL,
    PRIMARY KEY (tenant, revision)
);
INSERT INTO manifests (tenant, revision, manifest, published_at)
SELECT id, revision, manifest, updated_at FROM tenants;
