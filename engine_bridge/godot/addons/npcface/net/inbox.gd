extends RefCounted
## What the receive thread hands to the main thread: every event in order, but of each stream only the newest frame.
##
## So a game that stalls for a second finds one frame, not thirty, and memory stays what it is.

## What happened.
enum Kind { OPENED, LOST, MESSAGE }


## One thing that happened.
class Event:
	extends RefCounted
	## What happened.
	var kind: Kind = Kind.MESSAGE
	## Header of a message.
	var header: Dictionary = {}
	## Payload of a message.
	var payload: PackedByteArray = PackedByteArray()
	## Why the connection was lost.
	var cause: String = ""
	## Place in the order in which everything came.
	var order: int = 0


## Frames that were replaced by newer ones before the game looked.
var superseded: int = 0

var _mutex: Mutex = Mutex.new()
var _events: Array[Event] = []
var _frames: Dictionary[int, Event] = {}
var _order: int = 0


## Put an event; called by the receive thread.
func put(kind: Kind, header: Dictionary = {}, payload: PackedByteArray = PackedByteArray(), cause: String = "") -> void:
	var event: Event = Event.new()
	event.kind = kind
	event.header = header
	event.payload = payload
	event.cause = cause
	_mutex.lock()
	_order += 1
	event.order = _order
	if kind == Kind.MESSAGE and header.get("type") == "frame":
		var stream: int = header.get("stream", -1)
		if _frames.has(stream):
			superseded += 1
		_frames[stream] = event
	else:
		if kind != Kind.MESSAGE:
			_frames.clear()
		_events.append(event)
	_mutex.unlock()


## Take everything, in the order in which it came; called by the main thread.
func take() -> Array[Event]:
	_mutex.lock()
	var taken: Array[Event] = _events
	_events = []
	var frames: Dictionary[int, Event] = _frames
	if not frames.is_empty():
		_frames = {}
	_mutex.unlock()
	if frames.is_empty():
		return taken
	taken.append_array(frames.values())
	if taken.size() > frames.size():
		taken.sort_custom(func(a: Event, b: Event) -> bool: return a.order < b.order)
	return taken
