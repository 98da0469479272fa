extends "test_case.gd"
## A game that starts a daemon and is then killed from outside. Options: command=, store=.

const Settings := preload("res://addons/npcface/settings.gd")


func test_it_waits_to_be_killed() -> void:
	ProjectSettings.set_setting(Settings.COMMAND, options["command"])
	ProjectSettings.set_setting(Settings.CHARACTERS, options["store"])
	var server: NpcFaceService = NpcFaceService.new()
	server.connect_on_ready = false
	add_child(server)
	server.start_daemon()
	await server.connected
	var process: RefCounted = server.get(&"_daemon").get(&"_process")
	print("DAEMON ", (process.get(&"output") as String).get_slice("pid=", 1).strip_edges())
	await get_tree().create_timer(50.0).timeout
