-- KEYS: entry. ARGV: transaction, P position known / U unknown / A nothing was written / C committed, position follows,
-- timeline, fence, floor ms, new generation for a table entry or '', keep ms and lost ms of a table entry. 1; for C 0 if the intent was gone.
local floor = tonumber(ARGV[5])
local e = read(KEYS[1], floor, tonumber(ARGV[8]))
local mode = ARGV[2]
if mode == 'C' then
  if #without(e.ids, ARGV[1]) < #e.ids then return 1 end
  mode = 'U'
end
if mode == 'P' then
  if e.timeline == ARGV[3] or e.timeline == ZERO then
    if later(ARGV[4], e.fence) then e.fence = ARGV[4] end
  else
    e.fence = ARGV[4]
    e.floor = now + floor
  end
  e.timeline = ARGV[3]
elseif mode == 'U' then
  e.floor = now + floor
end
settle(KEYS[1], e, ARGV[1], floor, ARGV[6], tonumber(ARGV[7]))
return ARGV[2] == 'C' and 0 or 1
