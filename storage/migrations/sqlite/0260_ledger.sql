-- The books behind the ledger. Whoever writes or removes receipts or turns enters here, in the same
-- transaction, what that comes to; so the sums are what the rows are.

-- One row a tenant and channel. There is one writer, so that everybody adds to it directly.
CREATE TABLE ledger (
    tenant    TEXT    NOT NULL,
    channel   TEXT    NOT NULL,
    processed INTEGER NOT NULL,
    parked    INTEGER NOT NULL,
    refused   INTEGER NOT NULL,
    turns     INTEGER NOT NULL,
    PRIMARY KEY (tenant, channel)
);

-- One row once the books hold what was there before them, too. Written by Books::open. An empty
-- database has nothing to count.
CREATE TABLE ledger_opening (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    at       INTEGER NOT NULL
);
INSERT INTO ledger_opening (only_row, at)
SELECT 1, 0 WHERE NOT EXISTS (SELECT 1 FROM receipts) AND NOT EXISTS (SELECT 1 FROM turns);
