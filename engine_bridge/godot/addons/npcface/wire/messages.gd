extends RefCounted
## The messages a client sends, one function each. Fields and meaning: engine_bridge/PROTOCOL.md.
##
## Numbers that may be left out have the protocol's defaults here. The session adds [code]request[/code].

## Version of the wire this addon was written against.
const PROTOCOL: String = "1.3.0"
## What a stream may be drawn in.
const QUALITIES: PackedStringArray = ["auto", "warp", "neural"]
## How phonemes may be spelt.
const ALPHABETS: PackedStringArray = ["auto", "ipa", "arpabet", "oculus", "rhubarb"]


## First message of a connection.
static func hello(
	client: String, token: String = "", channels: PackedStringArray = [], protocol: String = PROTOCOL
) -> Dictionary:
	var header: Dictionary = {"type": "hello", "protocol": protocol, "client": client.left(128)}
	if not channels.is_empty():
		header["channels"] = channels
	if token:
		header["token"] = token
	return header


## ping, bye, list, stats: messages without fields.
static func plain(type: String) -> Dictionary:
	return {"type": type}


## load, unload, reload: messages about a character.
static func about(type: String, character: String) -> Dictionary:
	return {"type": type, "character": character}


## Open a stream; [param options] are the fields of the protocol's table: size, format, partial, alpha, background,
## quality, fps, importance, size_min, watermark, notice.
static func open(stream: int, character: String, options: Dictionary = {}) -> Dictionary:
	var header: Dictionary = {"type": "open", "stream": stream, "character": character}
	header.merge(options)
	return header


## How important an open stream is, 0 to 1; for daemons of protocol 1.2 or newer.
static func adjust(stream: int, importance: float) -> Dictionary:
	return {"type": "adjust", "stream": stream, "importance": importance}


## Minor number of a daemon's protocol.
static func minor_of(welcome: Dictionary) -> int:
	return int(str(welcome.get("protocol", "")).get_slice(".", 1))


## close, stop: messages about a stream.
static func of_stream(type: String, stream: int) -> Dictionary:
	return {"type": type, "stream": stream}


## One face in lock-step: [param values] in the order of the welcome's channels.
static func state(stream: int, sequence: int, values: PackedFloat32Array) -> Dictionary:
	return {"type": "state", "stream": stream, "sequence": sequence, "values": values}


## One face in lock-step from tracker points, which travel as the payload.
static func landmarks(
	stream: int, sequence: int, points: int, dims: int, image_size: Vector2i, absolute: bool = false
) -> Dictionary:
	var header: Dictionary = {
		"type": "landmarks", "stream": stream, "sequence": sequence, "points": points, "dims": dims,
		"width": image_size.x, "height": image_size.y,
	}
	if absolute:
		header["motion"] = "absolute"
	return header


## A line or a piece of one; [param options]: alphabet, begin, final, then, idle, seed.
static func speech(stream: int, phonemes: Array, options: Dictionary = {}) -> Dictionary:
	var header: Dictionary = {"type": "speech", "stream": stream, "phonemes": phonemes}
	header.merge(options)
	return header


## Recorded frames, which travel as the payload; [param options]: then, idle, seed.
static func timeline(stream: int, frames: int, fps: float, options: Dictionary = {}) -> Dictionary:
	var header: Dictionary = {"type": "timeline", "stream": stream, "frames": frames, "fps": fps}
	header.merge(options)
	return header


## Idle life.
static func idle(stream: int, seed_: int = 0) -> Dictionary:
	return {"type": "idle", "stream": stream, "seed": seed_}


## A feeling over speech, timeline and idle life.
static func emotion(stream: int, name: String, strength: float = 1.0) -> Dictionary:
	return {"type": "emotion", "stream": stream, "emotion": name, "strength": strength}


## An error in the form of the daemon's, for what goes wrong on this side.
static func error(code: String, cause: String, remedy: String, stream: int = -1) -> Dictionary:
	return {"type": "error", "code": code, "cause": cause, "remedy": remedy, "stream": stream, "sequence": -1}


## Whether a reply is an error.
static func is_error(reply: Dictionary) -> bool:
	return reply.get("type") == "error"
