-- Accounts of ours that a provider does not let in; gone when it does, or when nothing was refused for long.
-- Written by Watch.
CREATE TABLE refusals (
    tenant       TEXT    NOT NULL,
    lane         TEXT    NOT NULL,
    since        INTEGER NOT NULL,
    count        INTEGER NOT NULL,
    is_told_late INTEGER NOT NULL,
    last_at      INTEGER NOT NULL,
    PRIMARY KEY (tenant, lane)
);
