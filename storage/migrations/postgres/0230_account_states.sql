-- One row an account of ours at a provider, as last looked at; the tenant 'nobody' is the installation.
-- due_at is when it is to be looked at again, or until when somebody is at it. Written by Upkeep.
CREATE TABLE account_states (
    tenant               TEXT    NOT NULL,
    provider             TEXT    NOT NULL,
    fingerprint          TEXT    NOT NULL,
    due_at               BIGINT NOT NULL,
    checked_at           BIGINT,
    ends_at              BIGINT,
    subscription_id      TEXT,
    subscription_ends_at BIGINT,
    failing_part         TEXT,
    failing_since        BIGINT,
    failing_count        BIGINT,
    failing_error        TEXT,
    PRIMARY KEY (tenant, provider)
);
