extends Node
## What a frame costs the client: from the first byte of it in the socket to the texture being updated.
##
## [code]godot --path . res://bench/bench.tscn -- size=256 frames=2000 format=bc1[/code], with --headless or on a screen.
## Frames come over a real socket from a thread here that speaks ZMTP, one at a time: no daemon and no rendering is
## measured.

const Address := preload("res://addons/npcface/wire/address.gd")
const Inbox := preload("res://addons/npcface/net/inbox.gd")
const Link := preload("res://addons/npcface/net/link.gd")
const Msgpack := preload("res://addons/npcface/wire/msgpack.gd")
const Pixels := preload("res://addons/npcface/wire/pixels.gd")
const Zmtp := preload("res://addons/npcface/wire/zmtp.gd")

const _WARM_UP: int = 50

var _size: int = 256
var _frames: int = 2000
var _header: Dictionary = {
	"type": "frame", "stream": 1, "sequence": 1, "time_s": 0.5, "format": "rgba8", "alpha": "straight",
	"rows": "top-down", "color_space": "srgb", "dropped": 0, "request": 0,
}
var _server: TCPServer = TCPServer.new()
var _turn: Semaphore = Semaphore.new()
var _thread: Thread = Thread.new()
var _quit: bool = false
var _texture: ImageTexture = null


func _ready() -> void:
	for argument: String in OS.get_cmdline_user_args():
		match argument.get_slice("=", 0):
			"size": _size = int(argument.get_slice("=", 1))
			"frames": _frames = int(argument.get_slice("=", 1))
			"format": _header["format"] = argument.get_slice("=", 1)
	_header.merge({"width": _size, "height": _size})
	_texture = ImageTexture.create_from_image(Image.create_empty(_size, _size, false, Image.FORMAT_RGBA8))
	_server.listen(0, "127.0.0.1")
	_thread.start(_serve)
	var link: Link = Link.new(Address.new("tcp://127.0.0.1:%d" % _server.get_local_port()))
	while link.phase != Link.Phase.OPEN:
		link.step()
	var inbox: Inbox = Inbox.new()
	var totals: PackedFloat64Array = []
	var updates: PackedFloat64Array = []
	for number: int in _WARM_UP + _frames:
		_turn.post()
		var began: int = Time.get_ticks_usec()
		while not link.step():
			began = Time.get_ticks_usec()
		while link.messages.is_empty():
			link.step()
		var frames: Array = link.messages.pop_back()
		inbox.put(Inbox.Kind.MESSAGE, Msgpack.decode_map(frames[0]), frames[1])
		var event: Inbox.Event = inbox.take()[0]
		var update_began: int = Time.get_ticks_usec()
		Pixels.show(Pixels.image(event.header, event.payload), _texture)
		var ended: int = Time.get_ticks_usec()
		if number >= _WARM_UP:
			totals.append((ended - began) / 1000.0)
			updates.append((ended - update_began) / 1000.0)
		if number % 64 == 0:
			await get_tree().process_frame
	_quit = true
	_turn.post()
	_thread.wait_to_finish()
	_tell("receive to texture", totals)
	_tell("of which the texture", updates)
	get_tree().quit()


func _tell(what: String, times_ms: PackedFloat64Array) -> void:
	times_ms.sort()
	print("%s, %d px, %s of %d bytes: median %.3f ms, 95%% %.3f ms, %d frames, %s" % [
		what, _size, _header["format"], Pixels.bytes(_header), times_ms[times_ms.size() / 2], times_ms[int(times_ms.size() * 0.95)], times_ms.size(),
		RenderingServer.get_video_adapter_name() if DisplayServer.get_name() != "headless" else "headless",
	])


func _serve() -> void:
	var peer: StreamPeerTCP = null
	while peer == null:
		peer = _server.take_connection()
		OS.delay_usec(100)
	peer.set_no_delay(true)
	peer.put_data(Zmtp.greeting())
	peer.get_data(Zmtp.GREETING_BYTES)
	peer.put_data(Zmtp.ready())
	var pixels: PackedByteArray = []
	pixels.resize(Pixels.bytes(_header))
	while true:
		_turn.wait()
		if _quit:
			return
		_header["sequence"] += 1
		pixels.fill(int(_header["sequence"]) & 0xff)
		peer.put_data(Zmtp.message([Msgpack.encode(_header), pixels]))
