extends RefCounted
## Local clock to sender's clock of the quickest packets of the last seconds, which waited least in queues.

const _HALF_WINDOW_S: float = 4.0
const _RATE: float = 0.05  # how much faster or slower than real the shown time may run
const _JUMP_S: float = 0.5  # a clock that is further off than this is set, not slewed
const _SET_S: float = 1.0  # a packet this far off says that one of the clocks was set, or stood still

var _transit_s: float = NAN
var _now_s: float = 0.0
var _least_s: float = INF
var _least_before_s: float = INF
var _since_s: float = -INF


## A packet of the sender's [param time_s] has come at [param now_s].
func heard(time_s: float, now_s: float) -> void:
	var transit: float = now_s - time_s
	var least: float = minf(_least_s, _least_before_s)
	if is_finite(least) and absf(transit - least) > _SET_S:
		_least_s = transit
		_least_before_s = INF
	elif now_s - _since_s > _HALF_WINDOW_S:
		_least_before_s = _least_s
		_least_s = transit
		_since_s = now_s
	else:
		_least_s = minf(_least_s, transit)


## What the sender's clock said when a quick packet that comes now was made; after the first [method heard].
func sender_s(now_s: float) -> float:
	var least: float = minf(_least_s, _least_before_s)
	var off: float = least - _transit_s
	var most: float = _RATE * maxf(now_s - _now_s, 0.0)
	if is_nan(off) or absf(off) > _JUMP_S:
		_transit_s = least
	else:
		_transit_s += clampf(off, -most, most)
	_now_s = now_s
	return now_s - _transit_s
