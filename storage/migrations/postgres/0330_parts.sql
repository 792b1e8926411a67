-- How the parts fare of a message of ours that left in several, as JSON; null of any other. Written by
-- Reports::tell_part alone.
ALTER TABLE messages ADD COLUMN parts TEXT;
