extends RefCounted
## [code]tcp://host:port[/code] or [code]ipc:///path/of/a/socket[/code], read or refused with a reason.

## Host of a TCP address, "" for ipc.
var host: String = ""
## Port of a TCP address.
var port: int = 0
## Path of an ipc address, "" for TCP.
var path: String = ""
## Why the text is no address this Godot can use; empty when it is.
var problem: String = ""


func _init(text: String) -> void:
	if text.begins_with("ipc://"):
		path = text.substr(6)
		if path.is_empty():
			problem = "'%s' names no socket; expected ipc:///path/of/the/socket." % text
		elif not ClassDB.class_exists(&"StreamPeerUDS"):
			problem = "This Godot has no Unix sockets (they came with 4.6); use tcp://127.0.0.1:5747 instead of '%s'." % text
		return
	var colon: int = text.rfind(":")
	host = text.substr(6, colon - 6)
	port = text.substr(colon + 1).to_int() if text.substr(colon + 1).is_valid_int() else 0
	if not text.begins_with("tcp://") or colon <= 6 or host.is_empty() or port < 1 or port > 65535:
		problem = "'%s' is no address; expected tcp://HOST:PORT such as tcp://127.0.0.1:5747." % text
	elif host == "localhost":
		host = "127.0.0.1"  # the daemon listens on IPv4
