extends "test_case.gd"
## A daemon of the game's own. Options: command=, store=.

const Settings := preload("res://addons/npcface/settings.gd")


func test_it_starts_serves_and_ends_with_the_game() -> void:
	ProjectSettings.set_setting(Settings.COMMAND, options["command"])
	ProjectSettings.set_setting(Settings.CHARACTERS, options["store"])
	var server: NpcFaceService = NpcFaceService.new()
	server.connect_on_ready = false
	add_child(server)
	server.start_daemon()
	var npc: NpcFace = face(server, "ada")
	check(server.runs_daemon(), "It does not run.")
	await until(func() -> bool: return npc.image != null, "a frame of our own daemon", 50.0)
	var process: RefCounted = server.get(&"_daemon").get(&"_process")
	var pid: int = int((process.get(&"output") as String).get_slice("pid=", 1))
	check(_runs(pid), "Process %d does not run." % pid)
	server.queue_free()
	await get_tree().process_frame
	await get_tree().process_frame
	check(not _runs(pid), "Process %d runs on." % pid)


## Godot's own question is about its children only, and the daemon is a grandchild.
func _runs(pid: int) -> bool:
	return OS.execute("kill", ["-0", str(pid)]) == 0


func test_a_daemon_that_cannot_start_is_told() -> void:
	var commands: Dictionary[String, String] = {
		"/nowhere/npcface": "no program", options["command"]: "did not start",
	}
	for command: String in commands:
		ProjectSettings.set_setting(Settings.COMMAND, command)
		ProjectSettings.set_setting(Settings.CHARACTERS, "/nowhere/characters")
		var told: PackedStringArray = []
		var server: NpcFaceService = NpcFaceService.new()
		server.connect_on_ready = false
		add_child(server)
		server.failed.connect(func(_c: String, cause: String, remedy: String) -> void: told.append(cause + remedy))
		server.start_daemon()
		await until(func() -> bool: return told.size() > 0, "a word about %s" % command, 40.0)
		check(told.size() > 0 and commands[command] in told[0], "It says: %s" % [told])
		check(not server.runs_daemon(), "It runs.")
		server.queue_free()
