-- When whichever node last saw the trouble of an alarm; empty for one that was opened before this was kept.
-- Written by Watch::raise; Watch::close_unseen closes what nobody has seen for some rounds.
ALTER TABLE alarms ADD COLUMN seen_at INTEGER;
