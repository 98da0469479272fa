extends RefCounted
## One stream of one face: what to open it with, and where its frames, answers and errors go.
##
## The session opens it again after every reconnect; [signal opened] says so each time.

const Messages := preload("../wire/messages.gd")

## The daemon has opened it (again); the header is its [code]opened[/code] message.
signal opened(header: Dictionary)
## A texture came.
signal frame_came(header: Dictionary, pixels: PackedByteArray)
## From now on the daemon draws it better or less well; the header is its [code]level[/code] message.
signal level_changed(header: Dictionary)
## A line or a timeline is over.
signal ended(header: Dictionary)
## The connection was lost, or the daemon closed the stream.
signal lost(cause: String)
## The daemon refused something.
signal failed(code: String, cause: String, remedy: String)

## Number on the wire.
var number: int = 0
## Id of the character.
var character: String = ""
## Fields of [code]open[/code]: size, format, partial, alpha, background, quality, fps, importance, size_min, watermark,
## notice.
var options: Dictionary = {}
## The importance with which it was opened.
var told: float = 0.5
## Whether the daemon knows it now.
var is_open: bool = false
## Sends a message: [code]func(header, payload, answered: Callable)[/code]; given by the session.
var sender: Callable = Callable()


## Send a message of this stream; [param answered] is called with the reply, if one is wanted.
func send(header: Dictionary, payload: PackedByteArray = PackedByteArray(), answered: Callable = Callable()) -> void:
	if is_open and sender.is_valid():
		sender.call(header, payload, answered)


## Say how important it is, 0 to 1, now and whenever it is opened again.
func adjust(importance: float) -> void:
	options["importance"] = importance
	send(Messages.adjust(number, importance))


## Take a reply that belongs to this stream; called by the session.
func take(header: Dictionary, payload: PackedByteArray) -> void:
	match header["type"]:
		"frame":
			if is_open:
				frame_came.emit(header, payload)
		"opened":
			is_open = true
			if options.get("importance", told) != told:
				adjust(options["importance"])  # it has changed while the stream was being opened
			opened.emit(header)
		"level":
			level_changed.emit(header)
		"ended":
			ended.emit(header)
		"closed":
			is_open = false
			lost.emit(str(header.get("reason", "")))
		"error":
			if header.get("code") != "lost":  # it is opened again after a reconnect
				failed.emit(str(header.get("code")), str(header.get("cause")), str(header.get("remedy")))


## The connection is gone; called by the session.
func drop(cause: String) -> void:
	if is_open:
		is_open = false
		lost.emit(cause)
