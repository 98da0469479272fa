extends "test_case.gd"
## What a frame's header may say of its pixels, and parts. Option: golden=FOLDER.

const Msgpack := preload("res://addons/npcface/wire/msgpack.gd")
const Pixels := preload("res://addons/npcface/wire/pixels.gd")
const WholeFrames := preload("res://addons/npcface/net/whole_frames.gd")


func _frame(format: Variant, width: Variant, height: Variant, part: Variant = []) -> Dictionary:
	return {"type": "frame", "stream": 1, "format": format, "width": width, "height": height, "part": part}


func _filled(bytes: int, value: int) -> PackedByteArray:
	var made: PackedByteArray = []
	made.resize(bytes)
	made.fill(value)
	return made


func test_golden_frames_have_the_bytes_they_say() -> void:
	for name_: String in ["frame", "frame_part", "frame_blocks"]:
		var path: String = options["golden"].path_join("reply_%s" % name_)
		var header: Dictionary = Msgpack.decode_map(FileAccess.get_file_as_bytes(path + ".bin"))
		equal(Pixels.bytes(header), FileAccess.get_file_as_bytes(path + ".payload.bin").size(), name_)


func test_sizes_formats_and_parts_are_checked() -> void:
	equal(Pixels.bytes({"width": 8, "height": 16}), 8 * 16 * 4, "A frame of an old daemon")
	equal(Pixels.bytes(_frame("rgba8", 8, 16)), 8 * 16 * 4, "rgba8")
	equal(Pixels.bytes(_frame("bc1", 8, 16)), 8 * 16 / 2, "bc1")
	equal(Pixels.bytes(_frame("bc3", 8, 16)), 8 * 16, "bc3")
	equal(Pixels.bytes(_frame("rgba8", 8, 16, [4, 8, 4, 8])), 4 * 8 * 4, "A part")
	for wrong: Dictionary in [
		{}, _frame("bc3", 8, 18), _frame("bc7", 8, 16), _frame(7, 8, 16), _frame("rgba8", 0, 16),
		_frame("rgba8", -4, -4), _frame("rgba8", 1 << 20, 1 << 20), _frame("rgba8", "8", 16), _frame("rgba8", 8.0, 16),
		_frame("rgba8", 8, 16, [8, 8, 4, 8]), _frame("rgba8", 8, 16, [4, 4, 0, 4]),
		_frame("rgba8", 8, 16, [4, 4, 0x7fff_ffff_ffff_ffff, 4]), _frame("rgba8", 8, 16, [4, 4, (1 << 32) + 4, 4]),
		_frame("rgba8", 8, 16, [-4, 0, 4, 4]), _frame("rgba8", 8, 16, [0, 0, 4]), _frame("rgba8", 8, 16, ["0", 0, 4, 4]),
		_frame("rgba8", 8, 16, "whole"), _frame("rgba8", 8, 16, null), _frame("bc3", 8, 16, [4, 4, 4, 4]),
	]:
		equal(Pixels.bytes(wrong), -1, "The bytes of %s" % wrong)


func test_parts_are_put_into_the_last_whole_frame() -> void:
	var wholes: WholeFrames = WholeFrames.new()
	var whole: PackedByteArray = _filled(8 * 16 * 4, 1)
	var piece: PackedByteArray = _filled(4 * 4 * 4, 2)
	var part: Dictionary = _frame("rgba8", 8, 16, [4, 8, 4, 4])
	equal(wholes.complete(_frame("rgba8", 8, 16), whole), whole, "A frame nobody wants parts of")
	equal(wholes.complete(part, piece), PackedByteArray(), "A part nobody asked for")
	wholes.expect(1, true)
	equal(wholes.complete(part, piece), PackedByteArray(), "A part of nothing")
	equal(wholes.complete(_frame("rgba8", 8, 16), whole), whole, "The whole frame")
	var done: PackedByteArray = wholes.complete(part, piece)
	for y: int in 16:
		for x: int in 8:
			equal(done[(y * 8 + x) * 4 + 3], 2 if x >= 4 and y >= 8 and y < 12 else 1, "Pixel %d, %d" % [x, y])
	equal(whole, _filled(8 * 16 * 4, 1), "What had been handed out before")
	equal(wholes.complete(_frame("rgba8", 16, 16, [4, 8, 4, 4]), piece), PackedByteArray(), "A part of another size")
	wholes.expect(1, false)
	equal(wholes.complete(part, piece), PackedByteArray(), "A part of a closed stream")
