-- When it is, and for how many milliseconds to keep what matters that much longer: rounded up,
-- and one more because the moment from which Redis counts them is rounded down.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local function lifetime(microseconds)
  return math.floor(microseconds / 1000) + 2
end
