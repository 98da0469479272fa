class_name NpcFaceDecoder
extends RefCounted
## Packets of an encoder of any language to faces, in any order, with any of them missing or twice. One a speaker.

const BitReader := preload("bit_reader.gd")
const Block := preload("face_block.gd")
const Channels := preload("../wire/channels.gd")
const Steps := preload("face_steps.gd")

## What became of a packet.
enum Outcome {
	FACE,  ## There is a face; not the newest one, if packets overtook each other.
	DUPLICATE,  ## It has been here.
	LATE,  ## It is too old to know whether it has been here.
	KEY_MISSING,  ## Its key face has not come; the next key frees it. Hold the last face.
	BROKEN,  ## It is no face packet, or one of another version; nothing has changed.
}

## The newest face, 60 numbers in the order of [code]face_steps.gd[/code]'s NAMES; neutral before the first.
var newest: PackedFloat32Array = Steps.to_values(Steps.neutral())
## The face of the packet that came last with one, which may be older than the newest.
var arrived: PackedFloat32Array = newest
## Number of [member arrived]; counts on over 65535.
var sequence: int = 0
## Of [member arrived], on the sender's clock; counts on over 65.536 s.
var time_s: float = 0.0
## [member arrived] is newer than all before.
var is_newest: bool = false
## One more each time a sender was started again: sequence and time begin anew. 0 before the first packet.
var stream: int = 0

const _WINDOW: int = 64
const _RESTART: int = 1024
const _KEYS_KEPT: int = 4
const _HEAD_BYTES: int = 5

var _run: int = -1
var _newest_sequence: int = 0
var _newest_ms: int = 0
var _seen: Dictionary[int, bool] = {}  # numbers that have been here, of the last _WINDOW
var _keys: Dictionary[int, PackedInt32Array] = {}


## Take one packet; the members change if there is a face in it.
func push(packet: PackedByteArray) -> Outcome:
	if packet.size() <= _HEAD_BYTES or packet.size() > Steps.PACKET_BYTES or packet[0] >> 6 != Steps.VERSION:
		return Outcome.BROKEN
	var kind: int = packet[0] >> 4 & 3
	var is_key: bool = kind == 1
	var age: int = 0 if is_key else packet[_HEAD_BYTES]
	if kind > 1 or (not is_key and age == 0):
		return Outcome.BROKEN
	var steps: PackedInt32Array = Block.read(BitReader.new(packet.slice(_HEAD_BYTES if is_key else _HEAD_BYTES + 1)))
	if steps.is_empty():
		return Outcome.BROKEN

	var number: int = packet.decode_u16(1)
	var step: int = ((number - _newest_sequence + 0x8000) & 0xffff) - 0x8000
	var run: int = packet[0] & 15
	var fresh: bool = stream == 0 or run != _run or (step < -_RESTART and is_key)
	var at: int = number if fresh else _newest_sequence + step
	if fresh and not is_key:
		return Outcome.KEY_MISSING
	if not fresh and step <= -_WINDOW:
		return Outcome.LATE
	if not fresh and _seen.has(at):
		return Outcome.DUPLICATE
	if not is_key and not _keys.has(at - age):
		return Outcome.KEY_MISSING
	var from: PackedInt32Array = Steps.neutral() if is_key else _keys[at - age]
	for channel: int in Steps.COUNT:
		steps[channel] += from[channel]
		if steps[channel] < Steps.lowest(channel) or steps[channel] > Steps.highest(channel):
			return Outcome.BROKEN

	var milliseconds: int = packet.decode_u16(3)
	if fresh:
		_begin(run, milliseconds)
	if is_key:
		_keep(at, steps)
	_take(at, 1 if fresh else step, milliseconds, Steps.to_values(steps))
	return Outcome.FACE


## A face by name, for [method NpcFace.drive_arkit]; [param values] are [member newest] or [member arrived].
static func by_name(values: PackedFloat32Array) -> Dictionary[String, float]:
	var face: Dictionary[String, float] = {}
	for channel: int in Steps.COUNT:
		face[Steps.NAMES[channel]] = values[channel]
	var turned: Vector2 = Channels.looked(face)  # there, the gaze is the whole gaze
	face["gazeYaw"] += turned.x
	face["gazePitch"] += turned.y
	return face


func _begin(run: int, milliseconds: int) -> void:
	stream += 1
	_run = run
	_newest_ms = milliseconds
	_seen.clear()
	_keys.clear()


func _keep(at: int, steps: PackedInt32Array) -> void:
	_keys[at] = steps
	if _keys.size() > _KEYS_KEPT:
		_keys.erase(_keys.keys().min())


func _take(at: int, step: int, milliseconds: int, values: PackedFloat32Array) -> void:
	arrived = values
	sequence = at
	is_newest = step > 0
	_seen[at] = true
	var now_ms: int = _newest_ms - ((_newest_ms - milliseconds) & 0xffff)
	if is_newest:
		now_ms = _newest_ms + ((milliseconds - _newest_ms) & 0xffff)
		newest = values
		_newest_sequence = at
		_newest_ms = now_ms
		if _seen.size() > 2 * _WINDOW:
			for old: int in _seen.keys():
				if old <= at - _WINDOW:
					_seen.erase(old)
	time_s = now_ms / 1000.0
