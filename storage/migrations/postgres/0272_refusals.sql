-- Accounts of ours that a provider does not let in; gone when it does, or when nothing was refused for long.
-- Written by Watch.
CREATE TABLE refusals (
    tenant       TEXT    NOT NULL,
    lane         TEXT    NOT NULL,
    since        BIGINT NOT NULL,
    count        BIGINT NOT NULL,
    is_told_late BOOLEAN NOT NULL,
    last_at      BIGINT NOT NULL,
    PRIMARY KEY (tenant, lane)
);
