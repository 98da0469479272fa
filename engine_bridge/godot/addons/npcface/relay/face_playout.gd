class_name NpcFacePlayout
extends RefCounted
## A small jitter buffer: faces come unevenly and with gaps, and are shown evenly, a moment later.
##
## When nothing comes, the last face is held and then becomes neutral. One for each speaker; it reads no clock.

const Clock := preload("sender_clock.gd")
const Steps := preload("face_steps.gd")

## What was shown last.
enum Playing {
	NOTHING,  ## No face has come yet.
	FACES,  ## Faces, evenly.
	HOLDING,  ## The newest face, a little too long.
	RESTING,  ## On the way to neutral, or there: a good moment for [method NpcFace.idle].
}

## What was shown last.
var playing: Playing = Playing.NOTHING

const _KEPT: int = 64
const _MEND_S: float = 0.12  # a jump after a gap is spread over this time
const _UNSEEN_S: float = 0.25  # but not if nobody has looked for this long

var _delay_s: float
var _hold_s: float
var _ease_s: float
var _times: PackedFloat64Array = []
var _faces: Array[PackedFloat32Array] = []
var _stream: int = 0
var _clock: Clock = Clock.new()
var _neutral: PackedFloat32Array = Steps.to_values(Steps.neutral())
var _shown: PackedFloat32Array = _neutral
var _before_gap: PackedFloat32Array = _neutral
var _after_gap: PackedFloat32Array = _neutral
var _mended_s: float = -INF
var _looked_s: float = -INF


## [param delay_s]: how much later than the quickest packets faces are shown; jitter and a packet's interval should fit
## into it. [param hold_s]: how long the newest face is held when nothing comes. [param ease_s]: how long it then takes
## to become neutral.
func _init(delay_s: float = 0.1, hold_s: float = 0.25, ease_s: float = 0.6) -> void:
	_delay_s = maxf(delay_s, 0.0)
	_hold_s = maxf(hold_s, 0.0)
	_ease_s = maxf(ease_s, 0.001)


## Take the face that [method NpcFaceDecoder.push] has just given; [param now_s] on any steady clock.
func take(decoder: NpcFaceDecoder, now_s: float) -> void:
	if decoder.stream != _stream:
		_stream = decoder.stream
		_times.clear()
		_faces.clear()
		_clock = Clock.new()
	_clock.heard(decoder.time_s, now_s)
	var place: int = _times.bsearch(decoder.time_s, false)
	_times.insert(place, decoder.time_s)
	_faces.insert(place, decoder.arrived)
	if _times.size() > _KEPT:
		_drop_first()


## The face to show at [param now_s], which must not run back; give it to [method NpcFaceDecoder.by_name].
func face(now_s: float) -> PackedFloat32Array:
	var was: Playing = playing
	var wanted: PackedFloat32Array = _want(now_s)
	if playing == Playing.FACES and was != Playing.FACES and now_s - _looked_s < _UNSEEN_S:
		_before_gap = _shown
		_after_gap = wanted
		_mended_s = now_s
	_looked_s = now_s
	_shown = wanted.duplicate()  # packed arrays are shared
	var left: float = 1.0 - smoothstep(0.0, 1.0, (now_s - _mended_s) / _MEND_S)
	if left > 0.0:
		for channel: int in Steps.COUNT:
			var mended: float = wanted[channel] + left * (_before_gap[channel] - _after_gap[channel])
			_shown[channel] = Steps.clamped(channel, mended)
	return _shown


func _want(now_s: float) -> PackedFloat32Array:
	if _times.is_empty():
		playing = Playing.NOTHING
		return _neutral
	var time_s: float = _clock.sender_s(now_s) - _delay_s
	while _times.size() > 1 and _times[1] <= time_s:
		_drop_first()
	if _times.size() > 1:
		playing = Playing.FACES
		var span: float = maxf(_times[1] - _times[0], 0.001)
		return _blend(_faces[0], _faces[1], maxf(time_s - _times[0], 0.0) / span)
	var late_s: float = time_s - _times[0]
	playing = Playing.FACES if late_s <= 0.0 else Playing.HOLDING if late_s <= _hold_s else Playing.RESTING
	return _blend(_faces[0], _neutral, smoothstep(0.0, 1.0, (late_s - _hold_s) / _ease_s))


func _blend(from: PackedFloat32Array, to: PackedFloat32Array, share: float) -> PackedFloat32Array:
	var mixed: PackedFloat32Array = from.duplicate()
	if share > 0.0:
		for channel: int in Steps.COUNT:
			mixed[channel] += share * (to[channel] - from[channel])
	return mixed


func _drop_first() -> void:
	_times.remove_at(0)
	_faces.remove_at(0)
