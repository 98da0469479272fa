extends RefCounted
## One connection, from the first byte to the last. Never waits: [method step] does what can be done now.
##
## Used by the receive thread only.

const Address := preload("../wire/address.gd")
const PartReader := preload("../wire/part_reader.gd")
const Zmtp := preload("../wire/zmtp.gd")

## Where the connection stands.
enum Phase { CONNECTING, GREETING, READY, OPEN, DEAD }

## The cause when something else answers.
const NO_DAEMON: String = "Something listens there, but it is no npcface daemon."

const _OPEN_MS: int = 5000  # until the daemon's READY
const _QUIET_MS: int = 5000  # without a byte: ask with a PING
const _SILENT_MS: int = 15000  # without a byte: gone; libzmq answers a PING at once

## Where the connection stands.
var phase: Phase = Phase.CONNECTING
## Why it is dead.
var cause: String = ""
## Whole messages that came, each an array of [PackedByteArray]. Whoever reads them clears this.
var messages: Array[Array] = []

var _peer: StreamPeer
var _reader: PartReader = PartReader.new()
var _frames: Array[PackedByteArray] = []
var _greeting: PackedByteArray = PackedByteArray()
var _out: Array[PackedByteArray] = []
var _began_ms: int = Time.get_ticks_msec()
var _heard_ms: int = _began_ms
var _asked: bool = false


func _init(address: Address) -> void:
	var error: Error
	if address.path:
		_peer = ClassDB.instantiate(&"StreamPeerUDS") as StreamPeer
		error = _peer.call(&"connect_to_host", address.path)
	else:
		_peer = StreamPeerTCP.new()
		error = _peer.call(&"connect_to_host", address.host, address.port)
	if error != OK:
		_die("Nothing answers (%s)." % error_string(error))


## Send these bytes as soon as the socket takes them.
func write(bytes: PackedByteArray) -> void:
	_out.append(bytes)


## Whether everything that was written has left.
func is_flushed() -> bool:
	return _out.is_empty()


## Close the socket.
func close() -> void:
	_peer.call(&"disconnect_from_host")


## Do what can be done now. True when something happened, so that it is worth coming back at once.
func step() -> bool:
	if phase == Phase.DEAD:
		return false
	_peer.call(&"poll")
	var status: StreamPeerTCP.Status = _peer.call(&"get_status")
	if phase == Phase.CONNECTING:
		return _connecting(status)
	if status != StreamPeerTCP.STATUS_CONNECTED:
		_die("The daemon closed the connection." if phase == Phase.OPEN else NO_DAEMON)
		return false
	var worked: bool = _read()
	worked = _write() or worked
	_watch()
	return worked


func _connecting(status: StreamPeerTCP.Status) -> bool:
	if status == StreamPeerTCP.STATUS_CONNECTED:
		if _peer is StreamPeerTCP:
			(_peer as StreamPeerTCP).set_no_delay(true)
		phase = Phase.GREETING
		write(Zmtp.greeting())
		return true
	if status != StreamPeerTCP.STATUS_CONNECTING or Time.get_ticks_msec() - _began_ms > _OPEN_MS:
		_die("Nothing answers.")
	return false


func _read() -> bool:
	var available: int = _peer.get_available_bytes()
	if available <= 0:
		return false
	var room: int = Zmtp.GREETING_BYTES - _greeting.size() if phase == Phase.GREETING else _reader.room()
	var got: Array = _peer.get_partial_data(mini(available, room))
	var data: PackedByteArray = got[1]
	if got[0] != OK or data.is_empty():
		return false
	_heard_ms = Time.get_ticks_msec()
	_asked = false
	if phase == Phase.GREETING:
		_greet(data)
		return true
	for part: PartReader.Part in _reader.feed(data):
		if part.flags & Zmtp.COMMAND:
			_command(part.body)
			continue
		_frames.append(part.body)
		if part.flags & Zmtp.MORE == 0:
			messages.append(_frames)
			_frames = []
	if _reader.problem:
		_die(_reader.problem)
	return true


func _greet(data: PackedByteArray) -> void:
	_greeting.append_array(data)
	if _greeting[0] != 0xff or (_greeting.size() == Zmtp.GREETING_BYTES and not Zmtp.is_greeting(_greeting)):
		_die(NO_DAEMON)
	elif _greeting.size() == Zmtp.GREETING_BYTES:
		phase = Phase.READY
		write(Zmtp.ready())


func _command(body: PackedByteArray) -> void:
	match Zmtp.command_name(body):
		"READY":
			if phase == Phase.READY:
				phase = Phase.OPEN  # libzmq wants no message before its own READY has been sent
		"PING":
			write(Zmtp.pong(body))
		"ERROR":
			_die(NO_DAEMON)


func _write() -> bool:
	var worked: bool = false
	while not _out.is_empty():
		var done: Array = _peer.put_partial_data(_out[0])
		var sent: int = done[1]
		if done[0] != OK or sent <= 0:
			break
		worked = true
		if sent < _out[0].size():
			_out[0] = _out[0].slice(sent)
			break
		_out.pop_front()
	return worked


func _watch() -> void:
	var now: int = Time.get_ticks_msec()
	if phase != Phase.OPEN:
		if now - _began_ms > _OPEN_MS:
			_die(NO_DAEMON)
	elif now - _heard_ms > _SILENT_MS:
		_die("The daemon has not been heard of for %d s." % (_SILENT_MS / 1000))
	elif now - _heard_ms > _QUIET_MS and not _asked:
		_asked = true
		write(Zmtp.ping(0))


func _die(why: String) -> void:
	phase = Phase.DEAD
	cause = why
