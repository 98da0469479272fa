extends RefCounted
## A connection that comes back by itself: a thread that connects, reads, writes and answers PINGs while the game does
## something else, and tries again, ever more slowly, when the daemon is gone.

const Address := preload("../wire/address.gd")
const Inbox := preload("inbox.gd")
const Link := preload("link.gd")
const Msgpack := preload("../wire/msgpack.gd")
const Pixels := preload("../wire/pixels.gd")
const WholeFrames := preload("whole_frames.gd")
const Zmtp := preload("../wire/zmtp.gd")

const _BACK_OFF_MS: PackedInt32Array = [50, 100, 200, 400]  # the last one again and again
const _BUSY_US: int = 300  # a socket of Godot's cannot be waited for, so it is looked at this often ...
const _IDLE_US: int = 3000  # ... and this often when it was quiet for
const _BUSY_MS: int = 500
const _GOODBYE_MS: int = 200
const _BROKEN: Dictionary = {
	"type": "error", "code": "protocol", "stream": -1, "sequence": -1, "request": 0,
	"cause": "A message came that is no header of npcface, or a frame whose pixels are not complete.",
	"remedy": "Check that the addon and the daemon are of the same release.",
}

## What came.
var inbox: Inbox = Inbox.new()
## What frames that are parts belong to.
var wholes: WholeFrames = WholeFrames.new()

var _thread: Thread = null
var _mutex: Mutex = Mutex.new()
var _outgoing: Array[PackedByteArray] = []
var _address: Address = null
var _stop: bool = false
var _open: bool = false


## Start to connect. Returns why that is impossible, "" when it is not.
func start(address: String) -> String:
	stop()
	_address = Address.new(address)
	if _address.problem:
		return _address.problem
	_stop = false
	_thread = Thread.new()
	_thread.start(_run)
	return ""


## Whether the thread runs, connected or not.
func is_running() -> bool:
	return _thread != null


## Send a message, now or, if there is no connection, never.
func send(header: Dictionary, payload: PackedByteArray = PackedByteArray()) -> void:
	var frames: Array[PackedByteArray] = [Msgpack.encode(header)]
	if not payload.is_empty():
		frames.append(payload)
	var bytes: PackedByteArray = Zmtp.message(frames)
	_mutex.lock()
	if _open:
		_outgoing.append(bytes)
	_mutex.unlock()


## Send what is waiting, close and end the thread.
func stop() -> void:
	if _thread == null:
		return
	_mutex.lock()
	_stop = true
	_mutex.unlock()
	_thread.wait_to_finish()
	_thread = null
	inbox = Inbox.new()


func _run() -> void:
	var failures: int = 0
	while not _stopping():
		var link: Link = Link.new(_address)
		var was_open: bool = _serve(link)
		_set_open(false)
		link.close()
		if _stopping():
			return
		inbox.put(Inbox.Kind.LOST, {}, PackedByteArray(), link.cause)
		failures = 0 if was_open else failures + 1
		_pause(_BACK_OFF_MS[mini(failures, _BACK_OFF_MS.size() - 1)])


## Keep one connection going until it dies or the game wants no more. True if it was ever open.
func _serve(link: Link) -> bool:
	var was_open: bool = false
	var worked_ms: int = Time.get_ticks_msec()
	while link.phase != Link.Phase.DEAD and not _stopping():
		var worked: bool = link.step()
		if link.phase == Link.Phase.OPEN and not was_open:
			was_open = true
			_set_open(true)
			inbox.put(Inbox.Kind.OPENED)
		for frames: Array in link.messages:
			_hand_over(frames)
		link.messages.clear()
		worked = _pass_on(link) or worked
		var now: int = Time.get_ticks_msec()
		if worked:
			worked_ms = now
		else:
			OS.delay_usec(_BUSY_US if now - worked_ms < _BUSY_MS else _IDLE_US)
	if link.phase == Link.Phase.OPEN:
		_say_goodbye(link)
	return was_open


func _hand_over(frames: Array) -> void:
	var header: Dictionary = Msgpack.decode_map(frames[0])
	var payload: PackedByteArray = frames[1] if frames.size() > 1 else PackedByteArray()
	var whole: bool = header.get("type") is String
	if whole and header["type"] == "frame":
		whole = header.get("stream") is int and payload.size() == Pixels.bytes(header)
		if whole:
			payload = wholes.complete(header, payload)
			if payload.is_empty():
				return  # a whole one comes soon
	inbox.put(Inbox.Kind.MESSAGE, header if whole else _BROKEN, payload)


func _pass_on(link: Link) -> bool:
	_mutex.lock()
	var waiting: Array[PackedByteArray] = _outgoing
	if not waiting.is_empty():
		_outgoing = []
	_mutex.unlock()
	for bytes: PackedByteArray in waiting:
		link.write(bytes)
	return not waiting.is_empty()


func _say_goodbye(link: Link) -> void:
	_pass_on(link)
	var until: int = Time.get_ticks_msec() + _GOODBYE_MS
	while not link.is_flushed() and link.phase == Link.Phase.OPEN and Time.get_ticks_msec() < until:
		if not link.step():
			OS.delay_usec(_BUSY_US)


func _set_open(open: bool) -> void:
	_mutex.lock()
	_open = open
	_outgoing.clear()
	_mutex.unlock()


func _stopping() -> bool:
	_mutex.lock()
	var stopping: bool = _stop
	_mutex.unlock()
	return stopping


func _pause(milliseconds: int) -> void:
	var until: int = Time.get_ticks_msec() + milliseconds
	while Time.get_ticks_msec() < until and not _stopping():
		OS.delay_msec(10)
