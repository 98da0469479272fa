extends "test_case.gd"
## Blocks and partial frames from a live daemon. Option: address=.

const LEAST_DECIBEL: float = 34.0
const SIDE: int = 192


func _face(of: NpcFaceService, format: String, partial: bool = false) -> NpcFace:
	var made: NpcFace = face(of, "ada")
	made.size = SIDE
	made.format = format
	made.partial = partial
	return made


## Until a face shows its last state.
func _shown(npc: NpcFace) -> void:
	await until(func() -> bool: return npc.frame.get("sequence") == npc.get(&"_sequence"), "the frame of a state")


func _drive(npc: NpcFace, lids: float) -> void:
	npc.drive_arkit({"eyeBlinkLeft": lids, "eyeBlinkRight": lids, "jawOpen": 0.3})
	await _shown(npc)


func _plain(picture: Image) -> Image:
	var plain: Image = picture.duplicate()
	if plain.is_compressed():
		plain.decompress()
	plain.convert(Image.FORMAT_RGBA8)
	return plain


## Decibel of the colours in the middle of the portrait, where the face is.
func _likeness(one: Image, other: Image) -> float:
	var middle: Rect2i = Rect2i(SIDE / 4, SIDE / 4, SIDE / 2, SIDE / 2)
	var ours: PackedByteArray = _plain(one).get_region(middle).get_data()
	var theirs: PackedByteArray = _plain(other).get_region(middle).get_data()
	var sum: float = 0.0
	for index: int in ours.size():
		if index % 4 != 3:
			sum += (ours[index] - theirs[index]) ** 2
	return 10.0 * log(255.0 ** 2 / maxf(sum / (ours.size() * 0.75), 1e-9)) / log(10.0)


func test_blocks_show_the_face() -> void:
	var server: NpcFaceService = service()
	var whole: NpcFace = _face(server, "rgba8")
	await whole.frame_ready
	await _drive(whole, 0.5)
	for format: String in ["bc1", "bc3"]:
		var npc: NpcFace = _face(server, format)
		await npc.frame_ready
		var kind: Image.Format = Image.FORMAT_DXT1 if format == "bc1" else Image.FORMAT_DXT5
		for lids: float in [0.0, 0.5]:  # the second one updates the texture in place
			await _drive(npc, lids)
			equal(npc.image.get_format(), kind, "The format of the image")
			equal(npc.image.get_data().size(), SIDE * SIDE / (2 if format == "bc1" else 1), "Bytes of %s" % format)
			equal(npc.texture.get_format(), kind, "The format of the texture")
		var likeness: float = _likeness(npc.image, whole.image)
		print("LIKENESS %s %.1f dB" % [format, likeness])
		check(likeness >= LEAST_DECIBEL, "%s is %.1f dB of the face." % [format, likeness])
		if DisplayServer.get_name() == "headless":
			continue  # textures have no pixels there
		likeness = _likeness(npc.texture.get_image(), whole.image)
		print("IN TEXTURE %s %.1f dB" % [format, likeness])
		check(likeness >= LEAST_DECIBEL, "The texture of %s is %.1f dB of the face." % [format, likeness])


func test_auto_is_what_the_background_needs_and_the_gpu_takes() -> void:
	var server: NpcFaceService = service()
	var npc: NpcFace = _face(server, "auto")
	await npc.frame_ready
	var blocks: bool = RenderingServer.has_os_feature("s3tc")
	print("S3TC %s" % blocks)
	equal(npc.frame["format"], "bc1" if blocks else "rgba8", "The format over a portrait")
	npc.background = NpcFace.Background.TRANSPARENT
	var wanted: String = "bc3" if blocks else "rgba8"
	await until(func() -> bool: return npc.frame["format"] == wanted, "the format over nothing")
	check(_plain(npc.image).get_pixel(1, 1).a < 0.1, "The background is not transparent.")


func test_bc1_over_nothing_is_refused_and_told() -> void:
	var server: NpcFaceService = service()
	var npc: NpcFace = _face(server, "bc1")
	npc.background = NpcFace.Background.TRANSPARENT
	var told: PackedStringArray = []
	npc.failed.connect(func(code: String, _cause: String, remedy: String) -> void: told.append_array([code, remedy]))
	await until(func() -> bool: return told.size() == 2, "the refusal")
	check(told[0] == "stream" and "bc3" in told[1], "It says %s." % told)


func test_size_and_format_change_while_it_runs() -> void:
	var server: NpcFaceService = service()
	var npc: NpcFace = _face(server, "bc1")
	var texture: ImageTexture = npc.texture
	await npc.frame_ready
	npc.size = 64
	await until(func() -> bool: return npc.texture.get_width() == 64, "the other size")
	npc.format = "rgba8"
	await until(func() -> bool: return npc.texture.get_format() == Image.FORMAT_RGBA8, "pixels")
	npc.partial = true
	npc.format = "bc3"
	await until(func() -> bool: return npc.texture.get_format() == Image.FORMAT_DXT5, "other blocks")
	check(npc.texture == texture, "The texture is another object.")


func test_parts_add_up_to_whole_frames() -> void:
	var server: NpcFaceService = service()
	var whole: NpcFace = _face(server, "rgba8")
	var partial: NpcFace = _face(server, "rgba8", true)
	await whole.frame_ready
	await until(func() -> bool: return partial.image != null, "the other face")
	var parts: int = 0
	for step: int in 70:  # every 64th is whole
		await _drive(whole, step % 8 / 8.0)
		await _drive(partial, step % 8 / 8.0)
		parts += 1 if not (partial.frame["part"] as Array).is_empty() else 0
		equal(whole.frame["part"], [], "The part of a whole frame")
		check(partial.image.get_data() == whole.image.get_data(), "Frame %d differs." % step)
	check(parts > 60, "Only %d frames were parts." % parts)
	partial.size = 64
	whole.size = 64
	await until(func() -> bool: return partial.texture.get_width() == 64, "the other size")
	await until(func() -> bool: return whole.texture.get_width() == 64, "the other size")
	await _drive(whole, 0.7)
	await _drive(partial, 0.7)
	check(partial.image.get_data() == whole.image.get_data(), "After a change of size the frame differs.")


func test_parts_that_the_game_never_saw_are_not_missing() -> void:
	var server: NpcFaceService = service()
	var whole: NpcFace = _face(server, "rgba8")
	var partial: NpcFace = _face(server, "rgba8", true)
	await whole.frame_ready
	await until(func() -> bool: return partial.image != null, "the other face")
	await _drive(partial, 0.0)
	partial.idle_life = true
	partial.idle()
	await partial.frame_ready
	var before: int = server.session.superseded()
	OS.delay_msec(400)  # frames come and replace each other
	await partial.frame_ready
	check(server.session.superseded() > before, "No frame was left out.")
	partial.stop()
	await _drive(whole, 0.4)
	await _drive(partial, 0.4)
	check(partial.image.get_data() == whole.image.get_data(), "The frame differs.")
