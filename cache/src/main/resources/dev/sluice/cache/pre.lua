-- KEYS: entry. ARGV: transaction, intent ms, floor ms, lost ms of a table entry.
local floor = tonumber(ARGV[3])
local e = read(KEYS[1], floor, tonumber(ARGV[4]))
local expiry = now + tonumber(ARGV[2])
local ids = without(e.ids, ARGV[1]) .. ARGV[1] .. struct.pack('>d', expiry)
write(KEYS[1], head(e, 'I', 0) .. ids, math.max(e.last, expiry) - now + floor)
return 1
