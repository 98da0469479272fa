extends "test_case.gd"
## Against a live daemon. Options: address=, other=(an address where something else listens).

const Messages := preload("res://addons/npcface/wire/messages.gd")

const LINE: Array = [["HH", 0.0], ["AH", 0.06], ["L", 0.14], ["OW", 0.22, 0.5]]


func test_handshake_and_the_list_of_characters() -> void:
	var server: NpcFaceService = service()
	var welcomes: Array[Dictionary] = []
	server.connected.connect(func(welcome: Dictionary) -> void: welcomes.append(welcome))
	if not await until(server.is_connected_to_daemon, "the welcome"):
		return
	equal(welcomes.size(), 1, "The number of welcomes")
	equal((welcomes[0]["channels"] as Array).size(), 60, "The number of channels")
	check("happy" in server.emotions(), "There is no 'happy' in %s." % server.emotions())
	var ids: Array = (await server.list_characters()).map(func(one: Dictionary) -> String: return one["id"])
	equal(ids, ["ada", "ben"], "The characters")
	check(await server.load_character("ben"), "ben was not loaded.")
	check(not await server.load_character("nobody"), "nobody was loaded.")
	check((await server.stats()).has("frame_ms_p50"), "The figures lack frame_ms_p50.")
	equal((await server.ask({"type": "dance"})).get("code"), "protocol", "The answer to an unknown message")


func test_channel_names_are_the_daemons() -> void:
	var server: NpcFaceService = service()
	await until(server.is_connected_to_daemon, "the welcome")
	var Channels: GDScript = load("res://addons/npcface/wire/channels.gd")
	var ours: Array = Array(Channels.call(&"names") as PackedStringArray)
	var theirs: Array = server.session.welcome["channels"]
	ours.sort()
	theirs.sort()
	equal(ours, theirs, "Our list of channels")


func test_lock_step_frames_come_for_every_state() -> void:
	var server: NpcFaceService = service()
	var npc: NpcFace = face(server, "ada")
	await npc.connected
	await npc.frame_ready
	var texture: ImageTexture = npc.texture
	equal(Vector2i(texture.get_size()), Vector2i(64, 64), "The size of the texture")
	equal(npc.given_quality, "warp", "The quality")
	var seen: Dictionary[PackedByteArray, bool] = {}
	for step: int in int(options.get("frames", "100")):
		npc.drive_arkit({"jawOpen": (step % 11) / 10.0, "HeadYaw": 0.1})
		var sequence: int = npc.frame["sequence"]
		while npc.frame["sequence"] == sequence:
			await npc.frame_ready
		equal(npc.frame["sequence"], sequence + 1, "The sequence")
		seen[npc.image.get_data()] = true
	equal(seen.size(), 11, "The number of different faces")
	check(npc.texture == texture, "The texture is another object.")


func test_speech_is_pushed_and_ends() -> void:
	var server: NpcFaceService = service()
	var npc: NpcFace = face(server, "ada")
	await npc.connected
	var started: Array[int] = []
	var faces: Dictionary[PackedByteArray, bool] = {}
	npc.line_started.connect(func() -> void: started.append(int(npc.frame["sequence"])))
	npc.frame_ready.connect(func(_texture: ImageTexture) -> void: faces[npc.image.get_data()] = true)
	check(npc.say(LINE, "arpabet"), "The line was refused.")
	check(npc.is_speaking(), "It does not speak.")
	await npc.spoke
	equal(started.size(), 1, "The number of line_started")
	check(started.size() == 1 and started[0] <= 3, "It started at frame %s." % [started])
	check(faces.size() >= 5, "Only %d faces were seen." % faces.size())
	check(not npc.is_speaking(), "It still speaks.")
	var seconds: float = npc.say_text("Hello there, traveller.")
	check(seconds > 0.8 and seconds < 3.0, "The text takes %.2f s." % seconds)
	await npc.spoke


func test_speech_in_pieces_while_it_is_spoken() -> void:
	var server: NpcFaceService = service()
	var npc: NpcFace = face(server, "ben")
	await npc.connected
	npc.say_live("oculus")
	for at: int in 3:
		check(npc.say_more([[["PP", "aa", "O"][at], at * 0.2, at * 0.2 + 0.2]]), "A piece was refused.")
		await get_tree().create_timer(0.1).timeout
	npc.say_more([], true)
	await npc.spoke
	check(float(npc.frame["time_s"]) >= 0.5, "The line ended at %s s." % npc.frame["time_s"])


func test_idle_life_emotion_and_look_at() -> void:
	var server: NpcFaceService = service()
	var npc: NpcFace = face(server, "ada", true)
	npc.emotion("happy", 0.8)
	await npc.connected
	for _frame: int in 5:
		await npc.frame_ready
	check(npc.look_at(10.0, -5.0), "The gaze does not show.")
	await _still(npc)
	var left: PackedByteArray = npc.image.get_data()
	npc.look_at(-10.0, -5.0)
	await npc.frame_ready
	check(npc.image.get_data() != left, "The eyes did not move.")
	npc.idle()
	for _frame: int in 3:
		await npc.frame_ready
	npc.stop()
	var problems_told: Array[String] = []
	npc.failed.connect(func(code: String, _cause: String, remedy: String) -> void: problems_told.append(code + remedy))
	npc.emotion("peckish")
	await until(func() -> bool: return problems_told.size() == 1, "the refusal of an emotion")


## Until the frame of the last state is there: lock-step frames carry our sequence.
func _still(npc: NpcFace) -> void:
	for _frame: int in 3:
		await npc.frame_ready
		if npc.frame["sequence"] == npc.get(&"_sequence"):
			return


func test_landmarks_and_recorded_faces() -> void:
	var server: NpcFaceService = service()
	var npc: NpcFace = face(server, "ada")
	await npc.connected
	await npc.frame_ready
	var points: PackedVector2Array = []
	for number: String in options["points"].split(";"):
		points.append(Vector2(float(number.get_slice(",", 0)), float(number.get_slice(",", 1))))
	check(npc.drive_landmarks(points, Vector2i(640, 480)), "68 points were refused.")
	await npc.frame_ready
	check(not npc.drive_landmarks(points.slice(1), Vector2i(640, 480)), "67 points were taken.")
	check(not npc.drive_landmarks("points", Vector2i(640, 480)), "A text was taken for points.")
	var frames: Array[Dictionary] = []
	for step: int in 8:
		frames.append({"jawOpen": step / 8.0, "headYaw": step * 2.0})
	check(npc.play(frames, 30.0), "The recording was refused.")
	var faces: Dictionary[PackedByteArray, bool] = {}
	for _frame: int in 4:
		await npc.frame_ready
		faces[npc.image.get_data()] = true
	check(faces.size() >= 3, "The recording showed %d faces." % faces.size())


func test_two_faces_at_once_and_a_change_of_character() -> void:
	var server: NpcFaceService = service()
	var first: NpcFace = face(server, "ada", true)
	var second: NpcFace = face(server, "ben", true)
	await until(func() -> bool: return first.image != null and second.image != null, "two faces")
	first.character = "ben"
	first.size = 80
	await until(func() -> bool: return first.texture.get_width() == 80, "the other size")
	first.queue_free()
	await get_tree().process_frame
	await second.frame_ready
	await until(func() -> bool: return second.image != null, "the other face")
	var own: Array = (await server.stats()).get("own_streams", [])
	equal(own.size(), 1, "The number of open streams")


func test_a_crowd_is_lowered_and_told_and_comes_back() -> void:
	var server: NpcFaceService = service()
	var crowd: Array[NpcFace] = []
	var told: Array[Dictionary] = []
	for index: int in 30:
		var one: NpcFace = face(server, "ada" if index % 2 else "ben", true)
		one.fps = 120.0
		one.importance = 0.0
		one.level_changed.connect(func(level: Dictionary) -> void: told.append(level))
		crowd.append(one)
	await until(func() -> bool: return told.any(func(one: Dictionary) -> bool: return one["level"] > 0), "a level", 60.0)
	equal(told[0].get("reason"), "load", "The reason")
	check(float(told[0]["fps"]) < 120.0, "The rate is %s." % told[0]["fps"])
	crowd[0].importance = 1.0
	crowd[1].importance = 0.5
	equal((await server.ask({"type": "adjust", "stream": 9999, "importance": 0.5})).get("code"), "stream", "The answer")
	var last: Array[Dictionary] = [{}]
	crowd[2].fps = 5.0
	crowd[2].size = 80
	crowd[2].level_changed.connect(func(level: Dictionary) -> void: last[0] = level)
	await until(func() -> bool: return crowd[2].texture.get_width() == 80, "the size", 60.0)
	for one: NpcFace in crowd.slice(3):
		one.queue_free()
	crowd[0].stop()
	crowd[1].stop()
	await crowd[2].frame_ready
	check(not last[0].has("width") or last[0]["width"] == 80, "The size went with the level: %s" % last[0])


func test_an_unknown_character_is_told_and_nothing_hangs() -> void:
	var server: NpcFaceService = service()
	var told: PackedStringArray = []
	var npc: NpcFace = face(server, "nobody")
	npc.failed.connect(func(code: String, cause: String, remedy: String) -> void: told.append_array([code, cause, remedy]))
	await until(func() -> bool: return told.size() >= 3, "the error")
	equal(told[0], "character", "The code")
	check("nobody" in told[1] and told[2].length() > 5, "The text: %s" % [told])
	npc.say(LINE, "arpabet")
	await npc.spoke
	npc.character = "ada"
	await npc.frame_ready


func test_bad_input_is_told_and_the_stream_goes_on() -> void:
	var server: NpcFaceService = service()
	var npc: NpcFace = face(server, "ada")
	await npc.connected
	var told: PackedStringArray = []
	npc.failed.connect(func(_code: String, cause: String, remedy: String) -> void: told.append(cause + " " + remedy))
	check(not npc.say([["AH"]]), "A phoneme without a time was taken.")
	check(not npc.say([[0.5, "AH"]]), "A phoneme the wrong way round was taken.")
	check(not npc.say([["AH", NAN]]), "A phoneme at NaN was taken.")
	check(not npc.say([["AH", 0.0]], "runes"), "An unknown alphabet was taken.")
	check(not npc.drive_arkit({"jawOpne": 0.5}), "An unknown channel was taken.")
	check("jawOpen" in told[-1], "No nearest name in: %s" % told[-1])
	check(not npc.drive_arkit({"jawOpen": INF}), "Infinity was taken.")
	check(not npc.drive_arkit({"jawOpen": "wide"}), "A text was taken.")
	check(npc.say_text("???") == 0.0, "Question marks were spoken.")
	equal(told.size(), 8, "The number of problems told")
	check(npc.say([["AH", 0.0, 0.1], ["Q!", 0.1, 0.2]], "arpabet"), "The line was refused here.")
	await npc.spoke
	check("Q!" in told[-1], "The daemon's word about it: %s" % told[-1])
	npc.size = 100
	await until(func() -> bool: return told.size() >= 10, "the refusal of a size")
	npc.size = 64
	await npc.frame_ready


func test_another_major_version_is_refused_with_both_versions() -> void:
	var server: NpcFaceService = NpcFaceService.new()
	server.connect_on_ready = false
	server.session.protocol = "2.0.0"
	add_child(server)
	var told: PackedStringArray = []
	server.failed.connect(func(code: String, cause: String, _remedy: String) -> void: told.append_array([code, cause]))
	server.connect_to(options["address"])
	await until(func() -> bool: return told.size() >= 2, "the refusal")
	equal(told[0], "version", "The code")
	check("2.0.0" in told[1] and "1." in told[1], "The cause: %s" % told[1])
	equal((await server.ask({"type": "list"})).get("code"), "lost", "The answer without a session")


func test_nobody_there_is_told_once_with_what_to_do() -> void:
	for address: String in [options["nobody"], options["other"], "127.0.0.1:5747", "tcp://127.0.0.1:http", "ipc://"]:
		var told: PackedStringArray = []
		var server: NpcFaceService = NpcFaceService.new()
		server.connect_on_ready = false
		add_child(server)
		server.failed.connect(func(_c: String, cause: String, remedy: String) -> void: told.append(cause + remedy))
		server.connect_to(address)
		await until(func() -> bool: return told.size() > 0, "a word about %s" % address)
		equal((await server.list_characters()).size(), 0, "The characters at %s" % address)
		equal(told.size(), 1, "The number of complaints about %s" % address)
		server.queue_free()


func test_a_game_that_stalls_gets_the_newest_frame_and_stays_connected() -> void:
	var server: NpcFaceService = service()
	var npc: NpcFace = face(server, "ada", true)
	npc.fps = 60.0
	await npc.connected
	await npc.frame_ready
	var lost: Array[String] = []
	server.disconnected.connect(func(cause: String) -> void: lost.append(cause))
	var before: int = npc.frame["sequence"]
	var frames: Array[int] = []
	OS.delay_msec(2500)  # the daemon of this test cuts a silent client off after 1 s
	npc.frame_ready.connect(func(_texture: ImageTexture) -> void: frames.append(int(npc.frame["sequence"])))
	await npc.frame_ready
	check(frames[0] - before > 60, "After 2.5 s frame %d came, before it %d: not the newest." % [frames[0], before])
	check(server.session.superseded() > 0, "Only %d frames were left out." % server.session.superseded())
	await npc.frame_ready
	equal(lost, [] as Array[String], "What was lost")
