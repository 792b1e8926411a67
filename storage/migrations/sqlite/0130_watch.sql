-- Up to when everything written to an account of ours was looked for at its provider. The lane is the
-- account's outbox lane. Written by Watch::move_inbox_mark.
CREATE TABLE inbox_marks (
    lane  TEXT   NOT NULL PRIMARY KEY,
    up_to INTEGER NOT NULL
);

-- One row an event that no webhook brought and that was found at its provider. Written by
-- Watch::note_recovery before the event is delivered.
CREATE TABLE recoveries (
    dedupe          BLOB   NOT NULL PRIMARY KEY,
    tenant          TEXT   NOT NULL,
    channel         TEXT   NOT NULL,
    conversation_id BLOB   NOT NULL,
    lane            TEXT   NOT NULL,
    sent_at         INTEGER NOT NULL,
    found_at        INTEGER NOT NULL
);
CREATE INDEX recoveries_by_lane ON recoveries (lane, found_at);

-- How many messages came in over an account, by hours since the Unix epoch. Written by
-- Watch::count_inbound, some minutes behind; a crash loses those minutes, and nothing else is made
-- of them than a habit.
CREATE TABLE inbound_hours (
    lane  TEXT   NOT NULL,
    hour  INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (lane, hour)
);

-- One row a trouble that somebody must look at. Written by Watch::raise, Watch::close and
-- Watch::acknowledge; of one cause, subject and tenant at most one is open.
CREATE TABLE alarms (
    id              BLOB   NOT NULL PRIMARY KEY,
    cause           TEXT   NOT NULL,
    subject         TEXT   NOT NULL,
    tenant          TEXT   NOT NULL,
    count           INTEGER NOT NULL,
    moment          INTEGER NOT NULL,
    opened_at       INTEGER NOT NULL,
    closed_at       INTEGER,
    acknowledged_by TEXT,
    acknowledged_at INTEGER
);
CREATE UNIQUE INDEX alarms_open ON alarms (cause, subject, tenant) WHERE closed_at IS NULL;
CREATE INDEX alarms_by_age ON alarms (opened_at, id);
CREATE INDEX alarms_by_tenant ON alarms (tenant, opened_at, id);
