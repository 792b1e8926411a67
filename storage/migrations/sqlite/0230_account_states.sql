-- One row an account of ours at a provider, as last looked at; the tenant 'nobody' is the installation.
-- due_at is when it is to be looked at again, or until when somebody is at it. Written by Upkeep.
CREATE TABLE account_states (
    tenant               TEXT    NOT NULL,
    provider             TEXT    NOT NULL,
    fingerprint          TEXT    NOT NULL,
    due_at               INTEGER NOT NULL,
    checked_at           INTEGER,
    ends_at              INTEGER,
    subscription_id      TEXT,
    subscription_ends_at INTEGER,
    failing_part         TEXT,
    failing_since        INTEGER,
    failing_count        INTEGER,
    failing_error        TEXT,
    PRIMARY KEY (tenant, provider)
);
