extends "test_case.gd"
## The daemon is killed and started again from outside while a line is spoken. Options: address=.
##
## Prints SPEAKING, LOST, RECONNECTED and RECOVERED, the latter two with the time, for the test around it.


func test_a_killed_daemon_that_comes_back_goes_on_with_the_line() -> void:
	var server: NpcFaceService = service()
	var npc: NpcFace = face(server, "ada", true)
	await npc.connected
	var line: Array = []
	for step: int in 300:
		line.append([["PP", "aa", "O"][step % 3], step * 0.15, step * 0.15 + 0.15])
	npc.emotion("happy")
	npc.say(line, "oculus")
	await npc.line_started
	await npc.frame_ready
	print("SPEAKING")
	var shown: ImageTexture = npc.texture
	await server.disconnected
	print("LOST")
	check(npc.is_speaking(), "The line was given up at once.")
	equal(Vector2i(shown.get_size()), Vector2i(64, 64), "The texture without a daemon")
	await server.connected
	print("RECONNECTED %.3f" % Time.get_unix_time_from_system())
	await npc.frame_ready
	print("RECOVERED %.3f" % Time.get_unix_time_from_system())
	check(npc.texture == shown, "The texture is another object.")
	check(npc.is_speaking(), "The line was not gone on with.")
	var faces: Dictionary[PackedByteArray, bool] = {}
	for _frame: int in 15:
		await npc.frame_ready
		faces[npc.image.get_data()] = true
	check(faces.size() >= 8, "Only %d faces were seen after the restart." % faces.size())
	npc.say([["HH", 0.0], ["AH", 0.06, 0.2]], "arpabet")
	await npc.spoke
