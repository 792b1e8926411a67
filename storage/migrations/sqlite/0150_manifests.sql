-- The manifests a tenant was set up from, the one in force included: what was published, by whom, and
-- when. Written by Registry; a null author is the command line. The oldest ones go.
CREATE TABLE manifests (
    tenant       TEXT    NOT NULL,
    revision     INTEGER NOT NULL,
    manifest     TEXT    NOT NULL,
    author       TEXT,
    published_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, revision)
) WITHOUT ROWID;
INSERT INTO manifests (tenant, revision, manifest, published_at)
SELECT id, revision, manifest, updated_at FROM tenants;
