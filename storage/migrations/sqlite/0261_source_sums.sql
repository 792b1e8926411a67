-- Leads of days that are over, counted ahead of the report of sources: one row a tenant, span of days
-- since the Unix epoch (storage/src/spans.rs) and source. Written by Recount::recount_sources.
CREATE TABLE source_sums (
    tenant       TEXT    NOT NULL,
    span         INTEGER NOT NULL,
    source       TEXT    NOT NULL,
    leads        INTEGER NOT NULL,
    with_name    INTEGER NOT NULL,
    with_phone   INTEGER NOT NULL,
    with_email   INTEGER NOT NULL,
    with_consent INTEGER NOT NULL,
    PRIMARY KEY (tenant, span, source)
);
CREATE INDEX source_sums_by_span ON source_sums (span);

-- One row: every span before `until` is in source_sums; the round goes on with the span `next`, and not
-- before due_at. Written by Recount::recount_sources.
CREATE TABLE source_round (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    until    INTEGER NOT NULL,
    next     INTEGER NOT NULL,
    due_at   INTEGER NOT NULL
);
INSERT INTO source_round (only_row, until, next, due_at) VALUES (1, 0, 0, 0);
