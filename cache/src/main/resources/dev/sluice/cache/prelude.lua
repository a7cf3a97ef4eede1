-- An entry: kind | timeline 8 | fence 8 | floor 8 (double, ms; 0: the fence is complete) | time 8 (double, ms) | body.
-- Bodies: I (transaction 8, expiry double 8)*; L token 8; V token 8, generation 8, ...; G generation 8; T none.
local ZERO = string.rep('\0', 8)
-- The transaction of an intent that nobody has: commits may be under way of which the server has forgotten.
local LOST = string.rep('\255', 8)
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)

-- The entry as it is now: passed floors and expired intents and leases are gone. An absent one is a
-- tombstone whose fence is not known to be complete; one that was there before has been lost, and counts
-- as an intent for `lost` ms.
local function read(key, floor, lost)
  local v = redis.call('GET', key)
  if not v then
    local e = {kind = 'T', timeline = ZERO, fence = ZERO, floor = now + floor, ids = '', last = 0}
    if lost and lost > 0 then
      e.kind, e.last = 'I', now + lost
      e.ids = LOST .. struct.pack('>d', e.last)
    end
    return e
  end
  local e = {raw = v, kind = v:sub(1, 1), timeline = v:sub(2, 9), fence = v:sub(10, 17), ids = '', last = 0}
  e.floor, e.time = struct.unpack('>dd', v:sub(18, 33))
  if e.kind == 'I' then
    for i = 34, #v, 16 do
      local expiry = struct.unpack('>d', v:sub(i + 8, i + 15))
      if expiry > now then
        e.ids = e.ids .. v:sub(i, i + 15)
        e.last = math.max(e.last, expiry)
      else
        e.floor = math.max(e.floor, expiry + floor)
      end
    end
    if e.ids == '' then e.kind = 'T' end
  end
  if e.floor <= now then e.floor = 0 end
  return e
end

local function head(e, kind, time)
  return kind .. e.timeline .. e.fence .. struct.pack('>dd', e.floor, time)
end

local function write(key, value, ms)
  redis.call('SET', key, value, 'PX', math.max(1, math.ceil(ms)))
end

-- Unsigned 8 bytes, exact, whatever the server's collation.
local function later(a, b)
  local ah, al = struct.unpack('>I4I4', a)
  local bh, bl = struct.unpack('>I4I4', b)
  return ah > bh or (ah == bh and al > bl)
end

local function without(ids, tx)
  local rest, last = '', 0
  for i = 1, #ids, 16 do
    if ids:sub(i, i + 7) ~= tx then
      rest = rest .. ids:sub(i, i + 15)
      last = math.max(last, (struct.unpack('>d', ids:sub(i + 8, i + 15))))
    end
  end
  return rest, last
end

-- Takes a transaction's intent away. Without any left: a tombstone, or the table entry's new generation.
local function settle(key, e, tx, floor, generation, keep)
  local ids, last = without(e.ids, tx)
  if ids ~= '' then
    write(key, head(e, 'I', 0) .. ids, last - now + floor)
  elseif generation ~= '' then
    write(key, head(e, 'G', 0) .. generation, keep)
  else
    write(key, head(e, 'T', 0), math.max(floor, e.floor - now))
  end
end
