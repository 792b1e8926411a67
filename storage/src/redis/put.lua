-- Remembers one conversation, unless as new a one is remembered already.
-- KEYS: its row, its messages. ARGV: version, row, time to live in ms, messages kept at most,
-- then its new messages.
local known = tonumber(redis.call('HGET', KEYS[1], 'version'))
local version = tonumber(ARGV[1])
if known and known >= version then
    return 0
end
-- Messages are kept only while none can be missing between them.
if known ~= version - 1 then
    redis.call('DEL', KEYS[2])
end
redis.call('HSET', KEYS[1], 'version', ARGV[1], 'row', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
if #ARGV > 4 then
    redis.call('RPUSH', KEYS[2], unpack(ARGV, 5))
    redis.call('LTRIM', KEYS[2], -tonumber(ARGV[4]), -1)
end
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return 1
