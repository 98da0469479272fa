@tool
extends EditorPlugin
## Works the npcface dock in the real editor: look, drop a portrait, enrol, speak, ask the doctor, switch it off.
##
## Environment: NPCFACE_TEST_PORTRAIT, NPCFACE_TEST_NO_FACE, and NPCFACE_TEST_OUT, a folder for the screenshots. Prints
## what it saw.

const Dock := preload("res://addons/npcface/editor/dock.gd")

const _MOST_MS: int = 540_000

var _out: String = OS.get_environment("NPCFACE_TEST_OUT")
var _began_ms: int = Time.get_ticks_msec()


func _enter_tree() -> void:
	_work.call_deferred()


func _work() -> void:
	var base: Control = EditorInterface.get_base_control()
	EditorInterface.set_main_screen_editor("Script")  # nothing to draw again and again
	var files: EditorFileSystem = EditorInterface.get_resource_filesystem()
	await _until(func() -> bool: return _dock(base) != null and not files.is_scanning())
	var dock: Dock = _dock(base)
	await _wait(1.0)
	_bring_to_front(dock)
	await _until(func() -> bool: return dock.preview.face.image != null)
	await _shoot("dock.png")
	print("CHARACTERS ", dock.characters.item_count)
	var data: Dictionary = {"type": "files", "files": [OS.get_environment("NPCFACE_TEST_PORTRAIT")]}
	var text: Dictionary = {"type": "files", "files": ["a.txt"]}
	print("CAN-DROP ", dock._can_drop_data(Vector2.ZERO, data), " ", dock._can_drop_data(Vector2.ZERO, text))
	dock._drop_data(Vector2.ZERO, data)
	dock.preview.face.stop()  # a face that moves is drawn by the CPU here
	dock.enroll.set_field("id", "carla")
	dock.enroll.set_field("license", "MIT")
	dock.enroll.start()
	await _wait(1.0)
	await _shoot("enrolling.png")
	var face: NpcFace = dock.preview.face
	await _until(func() -> bool: return face.character == "carla" and face.is_connected_to_daemon())
	print("ENROLLED ", dock.characters.selected_id())
	dock.preview.speak()
	await dock.preview.face.line_started
	await _wait(0.7)
	await _shoot("enrolled.png")
	await _until(func() -> bool: return not face.is_speaking())
	dock._drop_data(Vector2.ZERO, {"type": "files", "files": [OS.get_environment("NPCFACE_TEST_NO_FACE")]})
	dock.enroll.set_field("id", "nobody")
	dock.enroll.start()
	await _until(func() -> bool: return not dock.enroll.is_running())
	print("REFUSED ", dock.enroll.told())
	await _shoot("refused.png")
	dock.doctor.examine()
	await _until(func() -> bool: return dock.doctor.text.get_parsed_text().contains("renderer:"))
	await _shoot("doctor.png", dock.doctor)
	dock.doctor.hide()
	EditorInterface.set_plugin_enabled("npcface", false)
	await _wait(0.3)
	print("GONE ", _dock(base) == null, " ", not ProjectSettings.has_setting("autoload/NpcFaceServer"))
	get_tree().quit()


func _process(_delta: float) -> void:
	if Time.get_ticks_msec() - _began_ms > _MOST_MS:
		print("TOO LATE")
		get_tree().quit(1)


func _bring_to_front(dock: Control) -> void:
	var page: Control = dock
	while page.get_parent() != null and not page.get_parent() is TabContainer:
		page = page.get_parent() as Control
	(page.get_parent() as TabContainer).current_tab = page.get_index()


func _dock(base: Control) -> Dock:
	for found: Node in base.find_children("npcface", "VBoxContainer", true, false):
		if found is Dock:
			return found
	return null


func _until(condition: Callable) -> void:
	while not condition.call():
		await get_tree().process_frame


func _wait(seconds: float) -> void:
	await get_tree().create_timer(seconds).timeout


func _shoot(file: String, window: Window = get_tree().root) -> void:
	await _wait(0.2)
	await RenderingServer.frame_post_draw
	window.get_texture().get_image().save_png(_out.path_join(file))
