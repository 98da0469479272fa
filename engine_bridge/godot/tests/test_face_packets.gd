extends "test_case.gd"
## The golden face packets of engine_bridge/golden_faces, made and read. Option: golden=FOLDER.

const FACES: int = 40
const FACE_BYTES: int = 8 + 60 * 4


func _bytes(file: String) -> PackedByteArray:
	return FileAccess.get_file_as_bytes(options["golden"].path_join(file))


func _face(number: int) -> PackedFloat32Array:
	return _bytes("faces.bin").slice(number * FACE_BYTES + 8, (number + 1) * FACE_BYTES).to_float32_array()


func _packets() -> Array[PackedByteArray]:
	var bytes: PackedByteArray = _bytes("packets.bin")
	var packets: Array[PackedByteArray] = []
	var at: int = 0
	while at < bytes.size():
		packets.append(bytes.slice(at + 2, at + 2 + bytes.decode_u16(at)))
		at += 2 + packets[-1].size()
	return packets


func test_faces_become_the_golden_packets() -> void:
	var encoder: NpcFaceEncoder = NpcFaceEncoder.new(6, 2, 9, 65530)
	var packets: Array[PackedByteArray] = _packets()
	equal(packets.size(), FACES, "Number of packets")
	for number: int in packets.size():
		var time_s: float = _bytes("faces.bin").decode_double(number * FACE_BYTES)
		equal(encoder.encode_values(_face(number), time_s), packets[number], "Packet %d" % number)


func test_golden_arrivals_mean_what_they_mean_in_python() -> void:
	var bytes: PackedByteArray = _bytes("arrivals.bin")
	var decoder: NpcFaceDecoder = NpcFaceDecoder.new()
	var at: int = 0
	var count: int = 0
	while at < bytes.size():
		var end: int = at + 13 + bytes.decode_u16(at + 11)
		var outcome: NpcFaceDecoder.Outcome = decoder.push(bytes.slice(at + 13, end))
		equal(int(outcome), bytes[at], "Outcome of arrival %d" % count)
		var is_face: bool = outcome == NpcFaceDecoder.Outcome.FACE
		var shown: PackedFloat32Array = decoder.arrived if is_face else decoder.newest
		equal(shown, bytes.slice(end, end + 240).to_float32_array(), "Face of arrival %d" % count)
		equal(decoder.stream, bytes[at + 2], "Stream of arrival %d" % count)
		if is_face:
			equal(decoder.is_newest, bytes[at + 1] == 1, "Arrival %d is the newest" % count)
			equal(decoder.sequence, bytes.decode_s32(at + 3), "Sequence of arrival %d" % count)
			equal(roundi(decoder.time_s * 1000.0), bytes.decode_s32(at + 7), "Time of arrival %d" % count)
		at = end + 240
		count += 1
	check(count > 40, "Only %d arrivals." % count)


func test_golden_playout_shows_what_it_shows_in_python() -> void:
	var bytes: PackedByteArray = _bytes("playout.bin")
	var decoder: NpcFaceDecoder = NpcFaceDecoder.new()
	var playout: NpcFacePlayout = NpcFacePlayout.new()
	var at: int = 0
	var looks: int = 0
	while at < bytes.size():
		var now_s: float = bytes.decode_double(at + 1)
		if bytes[at] == 0:
			var end: int = at + 11 + bytes.decode_u16(at + 9)
			if decoder.push(bytes.slice(at + 11, end)) == NpcFaceDecoder.Outcome.FACE:
				playout.take(decoder, now_s)
			at = end
			continue
		var shown: PackedFloat32Array = playout.face(now_s)
		equal(int(playout.playing), bytes[at + 9], "Playing at %f s" % now_s)
		for channel: int in 60:
			var expected: float = bytes.decode_float(at + 10 + 4 * channel)
			if absf(shown[channel] - expected) > 0.001:
				check(false, "Channel %d at %f s is %f, expected %f." % [channel, now_s, shown[channel], expected])
		at += 250
		looks += 1
	check(looks > 100, "Only %d looks." % looks)


func test_faces_by_name_come_out_again() -> void:
	var encoder: NpcFaceEncoder = NpcFaceEncoder.new()
	var decoder: NpcFaceDecoder = NpcFaceDecoder.new()
	var frame: Dictionary = {"jawOpen": 0.5, "eyeBlink_L": 1.0, "headYaw": -12.5}
	equal(decoder.push(encoder.encode(frame, 1.0)), NpcFaceDecoder.Outcome.FACE, "The outcome")
	var face: Dictionary[String, float] = NpcFaceDecoder.by_name(decoder.newest)
	frame = {"eyeLookOutLeft": 1.0, "eyeLookInRight": 0.5, "gazeYaw": 30.0}
	decoder.push(encoder.encode(frame, 1.03))
	var looking: Dictionary[String, float] = NpcFaceDecoder.by_name(decoder.newest)
	equal(looking["gazeYaw"], 30.0, "The whole gaze")
	equal(decoder.newest[55], 7.5, "The gaze beside what eyeLook turns, which is on the wire")
	for name_: String in face:
		var expected: float = {"jawOpen": 0.5, "eyeBlinkLeft": 1.0, "headYaw": -12.5, "scale": 1.0}.get(name_, 0.0)
		equal(face[name_], expected, name_)


func test_what_is_no_face_makes_no_packet() -> void:
	var encoder: NpcFaceEncoder = NpcFaceEncoder.new(8, 1, 0, 7)
	equal(encoder.encode({"jawOpne": 1.0}, 0.0), PackedByteArray(), "A packet of an unknown name")
	check(encoder.problem.contains("jawOpen"), "The problem is '%s'." % encoder.problem)
	equal(encoder.encode({"jawOpen": NAN}, 0.0), PackedByteArray(), "A packet of NaN")
	equal(encoder.encode({}, INF), PackedByteArray(), "A packet at no time")
	equal(encoder.encode_values(PackedFloat32Array([1.0]), 0.0), PackedByteArray(), "A packet of one number")
	var packet: PackedByteArray = encoder.encode({}, 0.0)
	equal(packet.decode_u16(1), 7, "The first number")
	equal(encoder.problem, "", "The problem of a neutral face")


func test_junk_is_refused_and_never_a_wrong_number() -> void:
	var packets: Array[PackedByteArray] = _packets()
	var chance: RandomNumberGenerator = RandomNumberGenerator.new()
	chance.seed = 5
	var broken: int = 0
	for round_: int in 1500:
		var packet: PackedByteArray = packets[chance.randi() % FACES].duplicate()
		packet[chance.randi() % packet.size()] ^= 1 << chance.randi() % 8
		if round_ % 2 == 0:
			packet = packet.slice(0, chance.randi() % packet.size())
		var decoder: NpcFaceDecoder = NpcFaceDecoder.new()
		decoder.push(packets[0])
		if decoder.push(packet) == NpcFaceDecoder.Outcome.BROKEN:
			broken += 1
		for channel: int in 52:
			if decoder.newest[channel] < 0.0 or decoder.newest[channel] > 1.0:
				check(false, "Weight %d is %f." % [channel, decoder.newest[channel]])
	check(broken > 700, "Only %d of 1500 were refused." % broken)
