-- KEYS: entry, table entry. ARGV: token, generation, body after the generation, ttl ms, floor ms.
-- 0 refused, 1 filled, 2 filled with a fence that is not known to be complete.
local e = read(KEYS[1], tonumber(ARGV[5]))
if e.kind ~= 'L' or e.raw:sub(34) ~= ARGV[1] then return 0 end
local g = read(KEYS[2], tonumber(ARGV[5]))
if g.kind ~= 'G' or g.raw:sub(34, 41) ~= ARGV[2] then return 0 end
write(KEYS[1], head(e, 'V', now) .. ARGV[1] .. ARGV[2] .. ARGV[3], tonumber(ARGV[4]))
if e.floor == 0 and g.floor == 0 then return 1 end
return 2
