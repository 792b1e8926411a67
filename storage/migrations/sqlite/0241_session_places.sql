-- Where a session is used from, for its owner's eyes: what the browser says it is, and the network
-- address last seen. Written by Access; empty for sessions from before.
ALTER TABLE sessions ADD COLUMN device  TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';
