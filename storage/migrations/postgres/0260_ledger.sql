-- The books behind the ledger. Whoever writes or removes receipts or turns enters here, in the same
-- statement or transaction, what that comes to; so the sums of both tables are what the rows are.

-- Entries that wait to be added up: commits only append, and none waits for another. Removed by
-- Books::post.
CREATE TABLE ledger_journal (
    tenant    TEXT   NOT NULL,
    channel   TEXT   NOT NULL,
    processed BIGINT NOT NULL,
    parked    BIGINT NOT NULL,
    refused   BIGINT NOT NULL,
    turns     BIGINT NOT NULL
);

-- What was added up, one row a tenant and channel. Written by Books::post.
CREATE TABLE ledger (
    tenant    TEXT   NOT NULL,
    channel   TEXT   NOT NULL,
    processed BIGINT NOT NULL,
    parked    BIGINT NOT NULL,
    refused   BIGINT NOT NULL,
    turns     BIGINT NOT NULL,
    PRIMARY KEY (tenant, channel)
);

-- One row once the books hold what was there before them, too. Written by Books::open. An empty
-- database has nothing to count.
CREATE TABLE ledger_opening (
    only_row SMALLINT NOT NULL PRIMARY KEY CHECK (only_row = 1),
    at       BIGINT   NOT NULL
);
INSERT INTO ledger_opening (only_row, at)
SELECT 1, 0 WHERE NOT EXISTS (SELECT 1 FROM receipts) AND NOT EXISTS (SELECT 1 FROM turns);
