-- KEYS: entry, table entry. ARGV: token, lease ms, floor ms, new generation, token of a value to replace or '', keep ms of the table entry.
local g = read(KEYS[2], tonumber(ARGV[3]))
if g.kind == 'I' then return {'I'} end
if g.kind == 'G' then
  redis.call('PEXPIRE', KEYS[2], ARGV[6])
else
  g.raw = head(g, 'G', 0) .. ARGV[4]
  write(KEYS[2], g.raw, tonumber(ARGV[6]))
end
local table = head(g, 'G', 0) .. g.raw:sub(34, 41)
local e = read(KEYS[1], tonumber(ARGV[3]))
if e.kind == 'I' then return {'I'} end
if e.kind == 'V' and e.raw:sub(42, 49) == table:sub(34, 41) and e.raw:sub(34, 41) ~= ARGV[5] then
  return {'V', e.raw, table}
end
if e.kind == 'L' and e.time > now then return {'B', head(e, 'L', e.time), table} end
local lease = tonumber(ARGV[2])
write(KEYS[1], head(e, 'L', now + lease) .. ARGV[1], math.max(e.floor - now, lease) + tonumber(ARGV[3]))
return {'L', head(e, 'L', now + lease), table}
