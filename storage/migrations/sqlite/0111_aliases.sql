-- Which ids are one person's is told by their addresses.
DROP TABLE aliases;
CREATE INDEX addresses_on_channel ON addresses (tenant, channel, address) WHERE is_proved;
