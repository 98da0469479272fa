@icon("../icons/server.svg")
@tool
class_name NpcFaceService
extends Node
## The game's one line to the npcface daemon; the addon adds it as the autoload [code]NpcFaceServer[/code].
##
## It connects by itself to the address in the project settings and stays connected: when the daemon is restarted, every
## face comes back without a word. With [code]npcface/daemon/autostart[/code] on, or [method start_daemon], the game
## runs a daemon of its own, which ends with the game.
##
## [codeblock]
## for character: Dictionary in await NpcFaceServer.list_characters():
##     print(character["id"], ": ", character["name"])
## [/codeblock]

const _Daemon := preload("../net/daemon.gd")
const _Messages := preload("../wire/messages.gd")
const _Session := preload("../net/session.gd")
const _Settings := preload("../settings.gd")

## The daemon is there: for the first time, or again.
signal connected(welcome: Dictionary)
## The connection was lost. It is being built up again; faces keep their last texture meanwhile.
signal disconnected(cause: String)
## Something is wrong that is not one face's business: nobody answers, another version, a wrong address.
signal failed(code: String, cause: String, remedy: String)
## Nothing failed, but a person should know: who may use a portrait is not stated, or the daemon fell back to something
## slower. It is in the log already, once for each text.
signal noticed(code: String, cause: String, remedy: String)

## Connect as soon as the node is in the tree.
@export var connect_on_ready: bool = true

## The conversation underneath, for what this class does not offer.
var session: _Session = _Session.new()

static var _made: NpcFaceService = null

var _daemon: _Daemon = _Daemon.new()
var _told: Dictionary[String, bool] = {}


func _init() -> void:
	process_mode = Node.PROCESS_MODE_ALWAYS
	process_priority = -100  # frames are there before anybody draws
	session.welcomed.connect(connected.emit)
	session.lost.connect(disconnected.emit)
	session.failed.connect(_on_failed)
	session.noticed.connect(_on_noticed)
	_daemon.ready.connect(connect_to)
	_daemon.failed.connect(_on_failed)


func _ready() -> void:
	if Engine.is_editor_hint() or not connect_on_ready:
		return
	if _Settings.value(_Settings.AUTOSTART):
		start_daemon()
	else:
		connect_to()


func _process(_delta: float) -> void:
	_daemon.poll()
	session.poll()


func _exit_tree() -> void:
	disconnect_from_daemon()
	stop_daemon()


## The service that the nodes use: the autoload, or one that is made now if the addon was not switched on.
static func of(node: Node) -> NpcFaceService:
	var root: Window = node.get_tree().root
	var found: NpcFaceService = root.get_node_or_null(^"NpcFaceServer") as NpcFaceService
	if found != null or Engine.is_editor_hint():
		return found
	if not is_instance_valid(_made):
		_made = NpcFaceService.new()
		_made.name = "NpcFaceServer"
		root.add_child.call_deferred(_made)
	return _made


#region Connection

## Connect and stay connected. Without an address: the one in the project settings.
func connect_to(address: String = "") -> void:
	session.token = _Settings.value(_Settings.TOKEN)
	var problem: String = session.start(address if address else str(_Settings.value(_Settings.ADDRESS)))
	if problem:
		_on_failed("address", problem, "Correct npcface/connection/address in the project settings.")


## Say goodbye. Faces keep their last texture.
func disconnect_from_daemon() -> void:
	session.stop()


## Whether the daemon is there.
func is_connected_to_daemon() -> bool:
	return not session.welcome.is_empty()


## Start a daemon on this port (0: any free one) and connect to it; it ends with the game. Does not wait: [signal
## connected] tells.
func start_daemon(port: int = 0) -> void:
	_daemon.start(port)


## End the daemon that [method start_daemon] started.
func stop_daemon() -> void:
	_daemon.stop()


## Whether a daemon of ours runs.
func runs_daemon() -> bool:
	return _daemon.is_running()

#endregion

#region Questions

## Ask anything of the protocol; gives the daemon's answer, or a message of type "error". Never hangs.
func ask(header: Dictionary, payload: PackedByteArray = PackedByteArray()) -> Dictionary:
	var question: _Question = _Question.new()
	session.ask(header, payload, question.take)
	if question.reply.is_empty():
		await question.answered
	return question.reply


## Every character of the daemon's store: dictionaries of id, name, loaded, streams, error. Empty without a daemon.
func list_characters() -> Array[Dictionary]:
	var reply: Dictionary = await ask(_Messages.plain("list"))
	var found: Array[Dictionary] = []
	found.assign(reply.get("characters", []))
	return found


## Read a character into memory before it is needed. False if it cannot be used; [signal failed] says why.
func load_character(id: String) -> bool:
	return await _about("load", id)


## Read a character again from disk; faces that show it change over.
func reload_character(id: String) -> bool:
	return await _about("reload", id)


## Forget a character that no face shows.
func unload_character(id: String) -> bool:
	return await _about("unload", id)


## The daemon's figures: frames, frame_ms_p50, late, own_streams and more. Empty without a daemon.
func stats() -> Dictionary:
	var reply: Dictionary = await ask(_Messages.plain("stats"))
	return {} if _Messages.is_error(reply) else reply


## What [method NpcFace.emotion] understands; empty until the daemon is there.
func emotions() -> PackedStringArray:
	return PackedStringArray(session.welcome.get("emotions", []))

#endregion


func _about(type: String, id: String) -> bool:
	var reply: Dictionary = await ask(_Messages.about(type, id))
	if _Messages.is_error(reply):
		_on_failed(str(reply["code"]), str(reply["cause"]), str(reply["remedy"]))
	return not _Messages.is_error(reply)


func _on_failed(code: String, cause: String, remedy: String) -> void:
	if not Engine.is_editor_hint():
		push_warning("npcface: %s %s" % [cause, remedy])
	failed.emit(code, cause, remedy)


func _on_noticed(code: String, cause: String, remedy: String, _stream: int) -> void:
	if not _told.has(cause):
		_told[cause] = true
		print("npcface: %s %s" % [cause, remedy])
	noticed.emit(code, cause, remedy)


## A question under way.
class _Question:
	extends RefCounted
	signal answered
	var reply: Dictionary = {}

	func take(header: Dictionary) -> void:
		reply = header
		answered.emit()
