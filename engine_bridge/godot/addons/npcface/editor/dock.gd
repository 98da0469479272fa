@tool
extends VBoxContainer
## The npcface dock: who is there, what they look like, what they say; enrol a portrait, ask the doctor.
##
## It has a connection of its own, since a game's autoload does not run in the editor.

const Address := preload("../wire/address.gd")
const CharacterList := preload("character_list.gd")
const Doctor := preload("doctor.gd")
const Enroll := preload("enroll.gd")
const Preview := preload("preview.gd")
const Settings := preload("../settings.gd")
const Style := preload("style.gd")

const _PICTURES: PackedStringArray = ["png", "jpg", "jpeg", "webp"]

## Connection of the dock.
var service: NpcFaceService = NpcFaceService.new()
## The list of characters.
var characters: CharacterList = CharacterList.new()
## The face with its sliders.
var preview: Preview = Preview.new()
## The form that makes a character of a portrait.
var enroll: Enroll = Enroll.new()
## Findings about this machine.
var doctor: Doctor = Doctor.new()

var _light: ColorRect = ColorRect.new()
var _status: Label = Label.new()
var _start: Button = Button.new()
var _chooser: FileDialog = FileDialog.new()


func _init() -> void:
	name = "npcface"
	add_theme_constant_override(&"separation", Style.px(6))
	_add_status_row()
	_add_characters()
	add_child(enroll)
	preview.size_flags_vertical = Control.SIZE_EXPAND_FILL
	add_child(preview)
	add_child(service)
	add_child(doctor)
	_chooser.file_mode = FileDialog.FILE_MODE_OPEN_FILE
	_chooser.access = FileDialog.ACCESS_FILESYSTEM
	_chooser.title = "Choose a portrait"
	_chooser.use_native_dialog = true
	_chooser.filters = PackedStringArray(["*.png, *.jpg, *.jpeg, *.webp;Portraits"])
	_chooser.file_selected.connect(open_portrait)
	add_child(_chooser)
	service.connected.connect(_on_connected)
	service.disconnected.connect(_on_disconnected)
	service.failed.connect(_on_failed)
	characters.chosen.connect(preview.show_character.bind(service))
	enroll.enrolled.connect(_on_enrolled)
	enroll.visibility_changed.connect(func() -> void: preview.visible = not enroll.visible)
	enroll.hide()


func _ready() -> void:
	_say("Looking for the daemon ...", Style.WAIT)
	service.connect_to()
	get_window().files_dropped.connect(_on_files_dropped)


func _exit_tree() -> void:
	if get_window().files_dropped.is_connected(_on_files_dropped):
		get_window().files_dropped.disconnect(_on_files_dropped)


func _can_drop_data(_at: Vector2, data: Variant) -> bool:
	return not _portrait_of(data).is_empty()


func _drop_data(_at: Vector2, data: Variant) -> void:
	open_portrait(_portrait_of(data))


## Show the form for a portrait.
func open_portrait(path: String) -> void:
	enroll.open(ProjectSettings.globalize_path(path))


func _add_status_row() -> void:
	var row: HBoxContainer = HBoxContainer.new()
	_light.custom_minimum_size = Vector2(Style.px(8), Style.px(8))
	_light.size_flags_vertical = Control.SIZE_SHRINK_CENTER
	row.add_child(_light)
	_status.size_flags_horizontal = Control.SIZE_EXPAND_FILL
	_status.autowrap_mode = TextServer.AUTOWRAP_WORD_SMART
	row.add_child(_status)
	_start.text = "Start"
	_start.tooltip_text = "Start a daemon that ends with the editor."
	_start.pressed.connect(_on_start_pressed)
	_start.hide()
	row.add_child(_start)
	var ask: Button = Button.new()
	ask.text = "Doctor"
	ask.tooltip_text = "Check this machine: program, models, store, port."
	ask.pressed.connect(doctor.examine)
	row.add_child(ask)
	add_child(row)


func _add_characters() -> void:
	var row: HBoxContainer = HBoxContainer.new()
	row.add_child(Style.heading("Characters"))
	var refresh: Button = Button.new()
	refresh.text = "Refresh"
	refresh.pressed.connect(func() -> void: characters.refresh(service))
	row.add_child(refresh)
	var choose: Button = Button.new()
	choose.text = "Enrol ..."
	choose.tooltip_text = "Make a character of a portrait. Dragging the picture into this dock does the same."
	choose.pressed.connect(func() -> void: _chooser.popup_file_dialog())
	row.add_child(choose)
	add_child(row)
	characters.custom_minimum_size = Vector2(0, Style.px(104))
	characters.set_drag_forwarding(Callable(), _can_drop_data, _drop_data)
	add_child(characters)


func _on_connected(welcome: Dictionary) -> void:
	_start.hide()
	_say("%s" % welcome.get("daemon", "npcface"), Style.GOOD)
	preview.set_emotions(service.emotions())
	characters.refresh(service)


func _on_disconnected(cause: String) -> void:
	_say("%s Waiting for it to come back." % cause, Style.WAIT)


func _on_failed(_code: String, cause: String, remedy: String) -> void:
	_say(cause, Style.BAD)
	_status.tooltip_text = remedy
	_start.visible = not service.runs_daemon()


func _on_start_pressed() -> void:
	_start.hide()
	_say("Starting npcface ...", Style.WAIT)
	service.start_daemon(Address.new(str(Settings.value(Settings.ADDRESS))).port)  # where the game looks for it


func _on_enrolled(id: String) -> void:
	_say(enroll.told(), Style.GOOD)
	enroll.hide()
	if service.is_connected_to_daemon():
		await characters.refresh(service)
		if characters.is_loaded(id):
			await service.reload_character(id)
		characters.choose(id)


func _on_files_dropped(files: PackedStringArray) -> void:
	if is_visible_in_tree() and get_global_rect().has_point(get_global_mouse_position()):
		_drop_data(Vector2.ZERO, {"type": "files", "files": Array(files)})


func _say(text: String, color: Color) -> void:
	_light.color = color
	_status.text = text
	_status.tooltip_text = text


func _portrait_of(data: Variant) -> String:
	if data is Dictionary and (data as Dictionary).get("type") == "files":
		for file: String in data["files"]:
			if file.get_extension().to_lower() in _PICTURES:
				return file
	return ""
