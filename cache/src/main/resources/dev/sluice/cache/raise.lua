-- KEYS: entry. ARGV: V or G, its token or generation, timeline, fence. A sample of the primary that was taken after the entry was made
-- completes its fence.
local e = read(KEYS[1], 0)
if not e.raw or e.kind ~= ARGV[1] or e.raw:sub(34, 41) ~= ARGV[2] then return 0 end
if e.timeline ~= ZERO and e.timeline ~= ARGV[3] then return 0 end
local left = redis.call('PTTL', KEYS[1])
if left <= 0 then return 0 end
e.timeline = ARGV[3]
if later(ARGV[4], e.fence) then e.fence = ARGV[4] end
e.floor = 0
write(KEYS[1], head(e, e.kind, e.time) .. e.raw:sub(34), left)
return 1
