-- What was done to one thing, newest first: its history.
CREATE INDEX audit_by_subject ON audit (subject, at, id);
