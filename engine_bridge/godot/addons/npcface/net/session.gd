extends RefCounted
## The conversation: hello and welcome, questions and their answers, and the streams, opened again after a reconnect.
##
## Lives on the main thread; [method poll] is called once a frame and emits everything.

const Connection := preload("connection.gd")
const Inbox := preload("inbox.gd")
const Link := preload("link.gd")
const Messages := preload("../wire/messages.gd")
const Stream := preload("stream.gd")

## The daemon has said welcome: first, or again after a reconnect.
signal welcomed(welcome: Dictionary)
## The connection was lost; it is being built up again.
signal lost(cause: String)
## Something was refused that belongs to no stream and no question, or nobody answers.
signal failed(code: String, cause: String, remedy: String)
## Nothing failed, but a person should know; of one stream, or -1.
signal noticed(code: String, cause: String, remedy: String, stream: int)

const _ANSWER_MS: int = 30_000
const _AGAIN_MS: int = 1000  # after a refused hello

## Where the daemon is, for messages.
var address: String = ""
## What we call ourselves in the hello.
var client_name: String = "Godot %s" % Engine.get_version_info()["string"]
## Word the daemon asks for when it listens on other addresses than loopback.
var token: String = ""
## Version in the hello; only tests change it.
var protocol: String = Messages.PROTOCOL
## The daemon's welcome, empty while there is none.
var welcome: Dictionary = {}

var _connection: Connection = Connection.new()
var _streams: Dictionary[int, Stream] = {}
var _waiting: Dictionary[int, Callable] = {}
var _asked_ms: Dictionary[int, int] = {}
var _last_request: int = 0
var _last_stream: int = 0
var _hello: int = 0
var _hello_at_ms: int = 0
var _complained: bool = false


## Connect, and stay connected. Returns why that is impossible, "" when it is not.
func start(to: String) -> String:
	stop()
	address = to
	_complained = false
	return _connection.start(to)


## Say goodbye and close.
func stop() -> void:
	if _connection.is_running():
		if not welcome.is_empty():
			_connection.send(Messages.plain("bye"))
		_connection.stop()
	_lose("The connection was closed.")


## Whether a connection is kept or being tried.
func is_running() -> bool:
	return _connection.is_running()


## Frames this side left out because newer ones had come before the game looked.
func superseded() -> int:
	return _connection.inbox.superseded


## Send and have [param answered] called with the reply: the daemon's, or an error made here. Never both, never none.
func ask(header: Dictionary, payload: PackedByteArray, answered: Callable) -> void:
	if welcome.is_empty() and header["type"] != "hello":
		answered.call_deferred(_gone("There is no connection to the daemon at %s." % address))
		return
	_last_request = _last_request % 0x7fff_ffff + 1
	_waiting[_last_request] = answered
	_asked_ms[_last_request] = Time.get_ticks_msec()
	header["request"] = _last_request
	_connection.send(header, payload)


## A new stream; it opens when the daemon is there.
func add_stream(character: String, options: Dictionary) -> Stream:
	var stream: Stream = Stream.new()
	_last_stream += 1
	stream.number = _last_stream
	stream.character = character
	stream.options = options
	stream.sender = _send
	_streams[stream.number] = stream
	if not welcome.is_empty():
		_open(stream)
	return stream


## Close a stream and forget it.
func remove_stream(stream: Stream) -> void:
	_streams.erase(stream.number)
	_connection.wholes.expect(stream.number, false)
	if stream.is_open:
		_connection.send(Messages.of_stream("close", stream.number))
	stream.is_open = false
	stream.sender = Callable()


## Take what came since the last call.
func poll() -> void:
	for event: Inbox.Event in _connection.inbox.take():
		match event.kind:
			Inbox.Kind.OPENED:
				_say_hello()
			Inbox.Kind.LOST:
				_on_lost(event.cause)
			Inbox.Kind.MESSAGE:
				_on_message(event.header, event.payload)
	var now: int = Time.get_ticks_msec()
	if _hello_at_ms > 0 and now >= _hello_at_ms:
		_say_hello()
	for request: int in _asked_ms.keys():
		if now - _asked_ms.get(request, now) > _ANSWER_MS:
			_answer(request, Messages.error("lost", "The daemon has not answered for 30 s.", "Look at its log."))


func _send(header: Dictionary, payload: PackedByteArray, answered: Callable) -> void:
	if header["type"] == "adjust" and Messages.minor_of(welcome) < 2:
		return  # an older daemon knows no importance
	if answered.is_valid():
		ask(header, payload, answered)
	else:
		_connection.send(header, payload)


func _say_hello() -> void:
	_hello_at_ms = 0
	ask(Messages.hello(client_name, token, PackedStringArray(), protocol), PackedByteArray(), _on_hello_answered)
	_hello = _last_request


func _on_hello_answered(reply: Dictionary) -> void:
	if reply["type"] == "welcome":
		welcome = reply
		_complained = false
		welcomed.emit(welcome)
		for stream: Stream in _streams.values():
			_open(stream)
	elif reply.get("code") != "lost":
		if reply.get("code") != "version" and reply.get("code") != "protocol":
			_hello_at_ms = Time.get_ticks_msec() + _AGAIN_MS  # a place may become free
		_complain(reply)


func _open(stream: Stream) -> void:
	stream.told = stream.options.get("importance", 0.5)
	_connection.wholes.expect(stream.number, stream.options.get("partial", false))
	var header: Dictionary = Messages.open(stream.number, stream.character, stream.options)
	ask(header, PackedByteArray(), stream.take.bind(PackedByteArray()))


func _on_message(header: Dictionary, payload: PackedByteArray) -> void:
	var request: int = header.get("request", 0)
	if _waiting.has(request):
		_answer(request, header)
		return
	if header["type"] == "error" and header.get("code") == "session" and not welcome.is_empty():
		_lose("The daemon was restarted.")
		_say_hello()
		return
	if header["type"] == "notice":
		noticed.emit(
			str(header.get("code")), str(header.get("cause")), str(header.get("remedy")), int(header.get("stream", -1))
		)
		return
	var stream: Stream = _streams.get(int(header.get("stream", -1)))
	if stream != null:
		stream.take(header, payload)
	elif header["type"] == "error" and int(header.get("stream", -1)) < 0:
		failed.emit(str(header.get("code")), str(header.get("cause")), str(header.get("remedy")))


func _answer(request: int, reply: Dictionary) -> void:
	var answered: Callable = _waiting[request]
	_waiting.erase(request)
	_asked_ms.erase(request)
	if answered.is_valid():
		answered.call(reply)


func _on_lost(cause: String) -> void:
	var was_there: bool = not welcome.is_empty()
	_lose(cause)
	if was_there:
		lost.emit(cause)
	else:
		var problem: Dictionary = _gone("%s (%s)" % [cause, address])
		if cause == Link.NO_DAEMON:
			problem["remedy"] = "Correct the address, or choose another port for the daemon."
		_complain(problem)


## Tell once an outage, not once an attempt.
func _complain(reply: Dictionary) -> void:
	if not _complained:
		_complained = true
		failed.emit(str(reply["code"]), str(reply["cause"]), str(reply["remedy"]))


func _lose(cause: String) -> void:
	welcome = {}
	_hello_at_ms = 0
	for request: int in _waiting.keys():
		_answer(request, _gone(cause))
	for stream: Stream in _streams.values():
		stream.drop(cause)


func _gone(cause: String) -> Dictionary:
	return Messages.error(
		"lost", cause, "Start the daemon: 'npcface serve' in a terminal, or NpcFaceServer.start_daemon() from the game."
	)
