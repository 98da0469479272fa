extends "test_case.gd"
## The golden bytes of engine_bridge/golden, read and written. Option: golden=FOLDER.

const Messages := preload("res://addons/npcface/wire/messages.gd")
const Msgpack := preload("res://addons/npcface/wire/msgpack.gd")
const PartReader := preload("res://addons/npcface/wire/part_reader.gd")
const Zmtp := preload("res://addons/npcface/wire/zmtp.gd")


func _bytes(file: String) -> PackedByteArray:
	return FileAccess.get_file_as_bytes(options["golden"].path_join(file))


func _index() -> Dictionary:
	return JSON.parse_string(_bytes("index.json").get_string_from_utf8())


## JSON knows one kind of number; the order of keys is free.
func _plain(value: Variant) -> Variant:
	if value is int:
		return float(value)
	if value is Array or value is PackedFloat32Array or value is PackedStringArray:
		return Array(value).map(_plain)
	if value is Dictionary:
		var map: Dictionary = {}
		var keys: Array = (value as Dictionary).keys()
		keys.sort()
		for key: Variant in keys:
			map[key] = _plain(value[key])
		return map
	return value


func test_every_header_means_what_the_index_says() -> void:
	var seen: int = 0
	for kind: String in ["requests", "replies"]:
		for entry: Dictionary in (_index()[kind] as Dictionary).values():
			var read: Dictionary = Msgpack.decode_map(_bytes(entry["header"]))
			equal(_plain(read), _plain(entry["meaning"]), entry["header"])
			seen += 1
	check(seen >= 30, "Only %d headers were seen." % seen)


func test_what_was_read_is_written_as_the_same_bytes() -> void:
	for kind: String in ["requests", "replies"]:
		for entry: Dictionary in (_index()[kind] as Dictionary).values():
			var bytes: PackedByteArray = _bytes(entry["header"])
			equal(Msgpack.encode(Msgpack.decode(bytes)), bytes, entry["header"])


func test_our_own_requests_mean_the_same() -> void:
	var ours: Dictionary[String, Dictionary] = {
		"hello": Messages.hello("golden", "", ["jawOpen", "headYaw"]),
		"hello_other_major": {"type": "hello", "protocol": "2.0.0"},
		"hello_shared": {"type": "hello", "protocol": Messages.PROTOCOL, "shared_memory": true},
		"ping": Messages.plain("ping"), "list": Messages.plain("list"), "bye": Messages.plain("bye"),
		"stats": Messages.plain("stats"), "load": Messages.about("load", "ada"),
		"unload": Messages.about("unload", "ada"), "reload": Messages.about("reload", "ada"),
		"open": Messages.open(1, "ada"),
		"open_color": Messages.open(
			2, "ada", {"size": 512, "alpha": "premultiplied", "background": [0, 128, 255], "fps": 60.0}
		),
		"open_neural": Messages.open(3, "ada", {"quality": "neural"}),
		"open_far": Messages.open(4, "ada", {"importance": 0.25, "size_min": 128}),
		"open_blocks": Messages.open(5, "ada", {"format": "bc3"}),
		"open_partial": Messages.open(6, "ada", {"partial": true}),
		"open_marked": Messages.open(7, "ada", {"watermark": true, "notice": false}),
		"adjust": Messages.adjust(1, 0.75),
		"close": Messages.of_stream("close", 1), "stop": Messages.of_stream("stop", 1),
		"state": Messages.state(1, 41, PackedFloat32Array([0.5, -12.25])),
		"state_named": {
			"type": "state", "stream": 1, "sequence": 42, "named": {"eyeBlinkLeft": 1.0, "scale": 1.125},
		},
		"landmarks": Messages.landmarks(1, 43, 68, 2, Vector2i(640, 480)),
		"speech": Messages.speech(1, [["h", 0.0, null], ["aɪ", 0.08, 0.4]], {"alphabet": "ipa"}),
		"speech_piece": Messages.speech(
			1, [["PP", 0.5, null]], {"alphabet": "oculus", "begin": false, "final": false}
		),
		"timeline": Messages.timeline(1, 3, 25.0, {"then": "stop"}),
		"idle": Messages.idle(1, 7), "emotion": Messages.emotion(1, "happy", 0.5),
	}
	var requests: Dictionary = _index()["requests"]
	equal(ours.keys().size(), requests.size(), "Number of requests")
	for name_: String in requests:
		var meaning: Dictionary = requests[name_]["meaning"]
		var header: Dictionary = ours.get(name_, {})
		if meaning.has("request"):
			header["request"] = int(meaning["request"])
		equal(_plain(Msgpack.decode_map(Msgpack.encode(header))), _plain(meaning), name_)


func test_our_payloads_are_the_golden_ones() -> void:
	var Payload: GDScript = load("res://addons/npcface/wire/payload.gd")
	var golden: PackedByteArray = _bytes("request_landmarks.payload.bin")
	var numbers: PackedFloat32Array = golden.to_float32_array()
	var points: PackedVector2Array = []
	for index: int in range(0, numbers.size(), 2):
		points.append(Vector2(numbers[index], numbers[index + 1]))
	equal(Payload.call(&"points", points), golden, "The landmarks' payload")
	equal(Payload.call(&"points", points.slice(1)), PackedByteArray(), "A payload of 67 points")
	points[3] = Vector2(NAN, 0.0)
	equal(Payload.call(&"points", points), PackedByteArray(), "A payload with NaN")


func test_zmtp_bytes() -> void:
	equal(Zmtp.greeting(), _bytes("zmtp_greeting.bin"), "The greeting")
	check(Zmtp.is_greeting(_bytes("zmtp_greeting.bin")), "The golden greeting was refused.")
	check(not Zmtp.is_greeting("HTTP/1.1 400 Bad Request".rpad(64).to_ascii_buffer()), "HTTP is no greeting.")
	equal(Zmtp.ready(), _bytes("zmtp_ready.bin"), "READY")
	equal(Zmtp.ready("game-1"), _bytes("zmtp_ready_identity.bin"), "READY with an identity")
	equal(Zmtp.ping(100, "ctx".to_ascii_buffer()), _bytes("zmtp_ping.bin"), "PING")
	equal(Zmtp.pong(_bytes("zmtp_ping.bin").slice(2)), _bytes("zmtp_pong.bin"), "PONG")
	var zeros: PackedByteArray = []
	zeros.resize(255)
	equal(Zmtp.message([zeros]), _bytes("zmtp_message_255.bin"), "A short frame")
	zeros.resize(256)
	equal(Zmtp.message([zeros]), _bytes("zmtp_message_256.bin"), "A long frame")
	equal(Zmtp.message([_bytes("request_ping.bin")]), _bytes("zmtp_message_ping.bin"), "A message")
	var both: Array[PackedByteArray] = [_bytes("reply_frame.bin"), _bytes("reply_frame.payload.bin")]
	equal(Zmtp.message(both), _bytes("zmtp_message_frame.bin"), "A message with a payload")


func test_bytes_in_pieces_of_any_length_come_out_whole() -> void:
	var whole: PackedByteArray = []
	for file: String in ["zmtp_message_frame.bin", "zmtp_ping.bin", "zmtp_message_256.bin", "zmtp_message_ping.bin"]:
		whole.append_array(_bytes(file))
	for step: int in [1, 2, 3, 7, 64, 255, 256, 300, whole.size()]:
		var reader: PartReader = PartReader.new()
		var parts: Array[PartReader.Part] = []
		for start: int in range(0, whole.size(), step):
			parts.append_array(reader.feed(whole.slice(start, start + step)))
		equal(reader.problem, "", "The problem in steps of %d" % step)
		equal(parts.size(), 5, "Parts in steps of %d" % step)
		if parts.size() == 5:
			equal(parts[0].body, _bytes("reply_frame.bin"), "The header in steps of %d" % step)
			equal(parts[1].body, _bytes("reply_frame.payload.bin"), "The payload in steps of %d" % step)
			equal(Zmtp.command_name(parts[2].body), "PING", "The command in steps of %d" % step)
			equal(parts[3].body.size(), 256, "The long frame in steps of %d" % step)


func test_junk_is_refused_and_never_loops() -> void:
	for bytes: PackedByteArray in [
		PackedByteArray(), PackedByteArray([0xc1]), PackedByteArray([0xdf, 0xff, 0xff, 0xff, 0xff]),
		PackedByteArray([0xdd, 0xff, 0xff, 0xff, 0xff]), PackedByteArray([0x81, 0x01, 0x02]),
		PackedByteArray([0xdb, 0x7f, 0xff, 0xff, 0xff]), PackedByteArray([0x80, 0x80]), PackedByteArray([0xc7, 1, 1, 1]),
	]:
		equal(Msgpack.decode_map(bytes), {}, "The meaning of %s" % bytes.hex_encode())
	var nested: PackedByteArray = []
	nested.resize(2000)
	nested.fill(0x91)
	equal(Msgpack.decode(nested), null, "The meaning of 2000 nested arrays")
	var reader: PartReader = PartReader.new()
	reader.feed(PackedByteArray([0x02, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]))
	check(reader.problem.contains("16777216"), "A frame that is too long: %s" % reader.problem)
	reader = PartReader.new()
	reader.feed(PackedByteArray([0xf0, 0x00]))
	check(reader.problem.contains("reserved"), "Reserved flags: %s" % reader.problem)
