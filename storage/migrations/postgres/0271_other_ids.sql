-- The other id that a provider has for a message of ours. Noted by Reports; looked for among the messages of
-- one conversation.
ALTER TABLE messages ADD COLUMN other_id TEXT;
