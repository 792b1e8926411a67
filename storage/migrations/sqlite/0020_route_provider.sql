-- Which of our senders serves an address of ours, such as twilio_sms; null is whichever serves the
-- channel. Written by Registry.
ALTER TABLE routes ADD COLUMN provider TEXT;
