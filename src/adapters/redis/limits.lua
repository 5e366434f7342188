-- Many decisions in one step; each all or nothing, in the order in which they were asked.
--
-- KEYS[1]  since when this place counts: it vanishes only together with everything counted
-- KEYS[2…] one key for each demand
-- ARGV     for each decision: what, how many demands, lease;
--          for each demand: kind, two numbers of the policy, cost
-- Answers: now, since, here; then wait, remaining and full of every demand that asked for them.
--
-- Numbers are whole microseconds of the server's clock, exact in a double until the year 2255.
-- Nothing here may fail halfway: what was written before an error stays.

-- `here` is since when this very process of Redis counts. A snapshot or a replica brings the name
-- of another one along, and with it counts that may be older than what was last answered. Asking
-- for the name takes as long as some decisions, so it is done once a second.
local since, here, name, looked = string.match(
  redis.call('GET', KEYS[1]) or '', '^(%d+) (%d+) (%w+) (%d+)$'
)
since, here, looked = tonumber(since), tonumber(here), tonumber(looked)
if not since or now < looked or now - looked >= 1000000 then
  -- Where nobody may ask for it all processes have the same name, and are not told apart.
  local told = redis.pcall('INFO', 'server')
  local found = type(told) == 'string' and string.match(told, 'run_id:(%w+)') or 'unknown'
  if found ~= name then here = now end
  since = since or now
  redis.call('SET', KEYS[1], string.format('%.0f %.0f %s %.0f', since, here, found, now))
end
local answers = {now, since, here}

-- For each kind: what the policy says, and what has to be kept if it is spent.
local take, keep = {}, {}

function take.rate(key, interval, tolerance, cost)
  local paid = tonumber(redis.call('GET', key) or now)
  if paid < now then paid = now end
  local after, room = paid + cost * interval, now + tolerance
  if after > room then
    local remaining = 0
    if paid < room then remaining = math.floor((room - paid) / interval) end
    return after - room, remaining, paid - now
  end
  return 0, math.floor((room - after) / interval), after - now, after
end

function keep.rate(key, _, _, after)
  redis.call('SET', key, string.format('%.0f', after), 'PX', lifetime(after - now))
end

function take.fixed(key, length, limit, cost)
  local began, used = now, 0
  local state = redis.call('GET', key)
  if state then
    local b, u = string.match(state, '(%d+) (%d+)')
    if now < b + length then began, used = tonumber(b), tonumber(u) end
  end
  local rest = began + length - now
  if used + cost > limit then return rest, math.max(limit - used, 0), rest end
  return 0, limit - used - cost, rest, began, used + cost
end

function keep.fixed(key, length, _, began, used)
  local state = string.format('%.0f %.0f', began, used)
  redis.call('SET', key, state, 'PX', lifetime(began + length - now))
end

-- A member says the total by then and the cost, a score when. Totals only grow, so members of
-- one moment stand in their order too; and a clock that was set back does not mix them up.
local function entry(found)
  local total, cost = string.match(found[1], '(%d+):(%d+)')
  return tonumber(total), tonumber(cost), tonumber(found[2])
end

function take.strict(key, length, limit, cost)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - length)
  local newest = redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')
  if not newest[1] then return 0, limit - cost, length, now, 0 end
  local total, _, at = entry(newest)
  local first, its = entry(redis.call('ZRANGE', key, 0, 0, 'WITHSCORES'))
  local before = first - its
  local free = limit - (total - before)
  if cost > free then
    local found = redis.call('ZRANGE', key, 0, cost - free - 1, 'WITHSCORES')
    local leaves
    for i = 1, #found, 2 do
      local by_then, _, moment = entry({found[i], found[i + 1]})
      leaves = moment
      if by_then >= before + cost - free then break end
    end
    return leaves + length - now, math.max(free, 0), at + length - now
  end
  at = math.max(at, now)
  return 0, free - cost, at + length - now, at, total
end

function keep.strict(key, length, cost, at, total)
  redis.call('ZADD', key, at, string.format('%016.0f:%.0f', total + cost, cost))
  redis.call('PEXPIRE', key, lifetime(at + length - now))
end

-- A member for each unit that is leased, the score is its end.
function take.lease(key, length, limit, cost)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
  local free = limit - redis.call('ZCARD', key)
  if cost <= free then return 0, free - cost, length, now + length end
  local lacking = cost - free
  local ends = redis.call('ZRANGE', key, lacking - 1, lacking - 1, 'WITHSCORES')
  local last = redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')
  return ends[2] - now, math.max(free, 0), last[2] - now
end

function keep.lease(key, length, cost, ends, _, lease)
  for unit = 1, cost do
    redis.call('ZADD', key, ends, lease .. ':' .. unit)
  end
  -- Longer only if the clock was set back since another lease was taken.
  redis.call('PEXPIRE', key, math.max(lifetime(length), redis.call('PTTL', key)))
end

local function release(key, cost, lease)
  for unit = 1, cost do
    redis.call('ZREM', key, lease .. ':' .. unit)
  end
end

-- The window is told by its end; a later one of the same key is none of this admission's.
local function forgive(key, length, ends, cost)
  local state = redis.call('GET', key)
  if not state then return end
  local began, used = string.match(state, '(%d+) (%d+)')
  if began + length ~= ends then return end
  if used - cost > 0 then
    redis.call('SET', key, string.format('%s %.0f', began, used - cost), 'KEEPTTL')
  else
    redis.call('DEL', key)
  end
end

local key, word, words = 2, 1, #ARGV
while word <= words do
  local what, demands, lease = ARGV[word], tonumber(ARGV[word + 1]), ARGV[word + 2]
  word = word + 3
  local spent, admitted = {}, true
  for demand = 1, demands do
    local name, kind = KEYS[key], ARGV[word]
    local one, two = tonumber(ARGV[word + 1]), tonumber(ARGV[word + 2])
    local cost = tonumber(ARGV[word + 3])
    key, word = key + 1, word + 4
    if what == 'admit' or what == 'peek' then
      local wait, remaining, full, first, second = take[kind](name, one, two, cost)
      local n = #answers
      answers[n + 1], answers[n + 2], answers[n + 3] = wait, remaining, full
      if wait > 0 then admitted = false end
      spent[demand] = {kind, name, one, cost, first, second}
    elseif what == 'reset' then
      redis.call('UNLINK', name)
    elseif kind == 'lease' then
      release(name, cost, lease)
    elseif kind == 'fixed' and what == 'forgive' then
      forgive(name, one, two, cost)
    end
  end
  if what == 'admit' and admitted then
    for _, each in ipairs(spent) do
      keep[each[1]](each[2], each[3], each[4], each[5], each[6], lease)
    end
  end
end
return answers
