-- KEYS: entry, table entry. ARGV: token, lease ms, floor ms, new generation, token of a value to replace or '', keep ms of the
-- table entry, lost ms. A full server must refuse before anything is written: SET comes before PEXPIRE.
local floor = tonumber(ARGV[3])
local g = read(KEYS[2], floor, tonumber(ARGV[7]))
if g.kind == 'I' then
  if not g.raw then write(KEYS[2], head(g, 'I', 0) .. g.ids, g.last - now + floor) end
  return {'I'}
end
if g.kind ~= 'G' then
  g.raw = head(g, 'G', 0) .. ARGV[4]
  write(KEYS[2], g.raw, tonumber(ARGV[6]))
end
local table = head(g, 'G', 0) .. g.raw:sub(34, 41)
local e = read(KEYS[1], floor)
local lease = tonumber(ARGV[2])
local answer
if e.kind == 'I' then
  answer = {'I'}
elseif e.kind == 'V' and e.raw:sub(42, 49) == table:sub(34, 41) and e.raw:sub(34, 41) ~= ARGV[5] then
  answer = {'V', e.raw, table}
elseif e.kind == 'L' and e.time > now then
  answer = {'B', head(e, 'L', e.time), table}
else
  write(KEYS[1], head(e, 'L', now + lease) .. ARGV[1], math.max(e.floor - now, lease) + floor)
  answer = {'L', head(e, 'L', now + lease), table}
end
redis.call('PEXPIRE', KEYS[2], ARGV[6])
return answer
