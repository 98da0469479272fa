class_name NpcFaceEncoder
extends RefCounted
## Faces as small packets (about 21 bytes) for other players, who draw them with a daemon of their own.
##
## Each face is written as its difference from a key face that was sent before, never from the face before, so that a
## lost packet harms little. One encoder a speaker.

const BitWriter := preload("bit_writer.gd")
const Block := preload("face_block.gd")
const Channels := preload("../wire/channels.gd")
const Steps := preload("face_steps.gd")

## Why the last face made no packet; empty when all is well.
var problem: String = ""

var _interval: int
var _slack: int
var _run: int
var _sequence: int
var _key: PackedInt32Array = Steps.neutral()
var _age: int = -1  # of the key face, in packets; -1: the next packet must be a key


## [param key_interval]: packets from one key face to the next at most, 1 to 255; 1 for lines that lose packets, where a
## lost one then costs one face. [param key_slack]: a face becomes a key if that takes at most so many bytes more.
## [param run] (0 to 15) and [param first_sequence] (0 to 65535): -1 for random ones. What is out of range is clamped.
func _init(key_interval: int = 8, key_slack: int = 1, run: int = -1, first_sequence: int = -1) -> void:
	_interval = clampi(key_interval, 1, 255)
	_slack = clampi(key_slack, -255, 255)
	_run = run & 15 if run >= 0 else randi() & 15
	_sequence = first_sequence & 0xffff if first_sequence >= 0 else randi() & 0xffff


## Make the next packet a key, for instance because a player has just come.
func ask_key() -> void:
	_age = -1


## The packet of a face as [method NpcFace.drive_arkit] takes it; names that are missing are neutral.
## [param time_s]: on the sender's clock, any origin, growing. Empty, with [member problem], for what is no face.
func encode(frame: Dictionary, time_s: float) -> PackedByteArray:
	var read: Dictionary = Channels.read(frame)
	problem = read["problem"]
	if problem:
		return PackedByteArray()
	var values: PackedFloat32Array = Steps.to_values(Steps.neutral())
	var face: Dictionary = read["face"]
	for channel: int in Steps.COUNT:
		values[channel] = face.get(Steps.NAMES[channel], values[channel])
	return encode_values(values, time_s)


## The same for 60 numbers in the order of [code]face_steps.gd[/code]'s NAMES.
func encode_values(values: PackedFloat32Array, time_s: float) -> PackedByteArray:
	problem = _problem_of(values, time_s)
	if problem:
		return PackedByteArray()
	var steps: PackedInt32Array = Steps.of_values(values)
	var time_ms: int = int(floorf(time_s * 1000.0 + 0.5)) & 0xffff
	var age: int = _age + 1
	var packet: PackedByteArray = _packet(0, time_ms, steps, Steps.neutral())
	var is_key: bool = true
	if age > 0 and age < _interval:
		var delta: PackedByteArray = _packet(age, time_ms, steps, _key)
		if delta.size() + _slack < packet.size():
			packet = delta
			is_key = false
	if is_key:
		_key = steps
	_age = 0 if is_key else age
	_sequence = _sequence + 1 & 0xffff
	return packet


func _packet(age: int, time_ms: int, steps: PackedInt32Array, from: PackedInt32Array) -> PackedByteArray:
	var bits: BitWriter = BitWriter.new()
	bits.write(Steps.VERSION << 6 | (1 if age == 0 else 0) << 4 | _run, 8)
	for number: int in [_sequence, time_ms]:
		bits.write(number & 0xff, 8)
		bits.write(number >> 8, 8)
	if age > 0:
		bits.write(age, 8)
	Block.write(bits, steps, from)
	bits.finish()
	return bits.bytes


func _problem_of(values: PackedFloat32Array, time_s: float) -> String:
	if values.size() != Steps.COUNT:
		return "%d numbers came; expected %d." % [values.size(), Steps.COUNT]
	for channel: int in Steps.COUNT:
		if not is_finite(values[channel]):
			return "%s is %s; expected a finite number." % [Steps.NAMES[channel], values[channel]]
	return "" if is_finite(time_s) else "The time is %s; expected finite seconds." % time_s
