@tool
extends PanelContainer
## A form that turns a portrait into a character: runs [code]npcface enroll[/code] beside the editor.

const ChildProcess := preload("../net/child_process.gd")
const Daemon := preload("../net/daemon.gd")
const Settings := preload("../settings.gd")
const Style := preload("style.gd")

const _TYPICAL_S: float = 6.0

## A character was made.
signal enrolled(id: String)

var _portrait: String = ""
var _process_: ChildProcess = null
var _began_ms: int = 0
var _shown_s: float = 0.0
var _picture: TextureRect = TextureRect.new()
var _fields: Dictionary[String, LineEdit] = {}
var _go: Button = Button.new()
var _close: Button = Button.new()
var _bar: ProgressBar = ProgressBar.new()
var _told: Label = Label.new()


func _init() -> void:
	var column: VBoxContainer = VBoxContainer.new()
	add_child(column)
	var row: HBoxContainer = HBoxContainer.new()
	_picture.custom_minimum_size = Vector2(Style.px(72), Style.px(72))
	_picture.expand_mode = TextureRect.EXPAND_IGNORE_SIZE
	_picture.stretch_mode = TextureRect.STRETCH_KEEP_ASPECT_CENTERED
	_picture.size_flags_vertical = Control.SIZE_SHRINK_BEGIN
	row.add_child(_picture)
	var grid: GridContainer = GridContainer.new()
	grid.columns = 2
	grid.size_flags_horizontal = Control.SIZE_EXPAND_FILL
	_add_field(grid, "id", "Id", "Folder name: a-z, 0-9, - and _")
	_add_field(grid, "name", "Name", "What people see")
	_add_field(grid, "license", "Licence", "Of the portrait, such as CC0-1.0")
	_add_field(grid, "consent", "Consent", "Who agreed, or that nobody real is shown")
	row.add_child(grid)
	column.add_child(row)
	_told.autowrap_mode = TextServer.AUTOWRAP_WORD_SMART
	_told.hide()
	column.add_child(_told)
	_bar.show_percentage = false
	_bar.max_value = 1.0
	_bar.step = 0.0
	_bar.tooltip_text = "An estimate: npcface does not say how far it is."
	_bar.custom_minimum_size = Vector2(0, Style.px(6))
	_bar.hide()
	column.add_child(_bar)
	row = HBoxContainer.new()
	row.alignment = BoxContainer.ALIGNMENT_END
	_go.text = "Enrol"
	_go.pressed.connect(start)
	row.add_child(_go)
	_close.text = "Cancel"
	_close.pressed.connect(_on_close_pressed)
	row.add_child(_close)
	column.add_child(row)


func _exit_tree() -> void:
	_end_process()


func _process(_delta: float) -> void:
	if _process_ == null:
		return
	var seconds: float = (Time.get_ticks_msec() - _began_ms) / 1000.0
	if seconds >= _shown_s + 0.25:  # the editor is drawn again only as often
		_shown_s = seconds
		_bar.value = 1.0 - exp(-seconds / _TYPICAL_S)
		_tell("Enrolling, %d s: finding the face, measuring it ..." % seconds, Color.WHITE)
	_process_.poll()


## Show the form for a picture.
func open(portrait: String) -> void:
	if is_running():
		return
	_portrait = portrait
	var picture: Image = Image.load_from_file(portrait)
	_picture.texture = ImageTexture.create_from_image(picture) if picture != null else null
	var base: String = portrait.get_file().get_basename()
	_fields["id"].text = _as_id(base)
	_fields["name"].text = base.replace("_", " ").replace("-", " ").capitalize()
	_told.hide()
	_close.text = "Cancel"
	_go.show()
	show()


## Fill in a field: id, name, license or consent.
func set_field(key: String, value: String) -> void:
	_fields[key].text = value


## What the form says about how it went.
func told() -> String:
	return _told.text


## Enrol the portrait of the form.
func start() -> void:
	if is_running():
		return
	var arguments: PackedStringArray = ["enroll", "--json"]
	for key: String in _fields:
		var given: String = _fields[key].text.strip_edges()
		if given:
			arguments.append_array(["--%s=%s" % [key, given]])
	arguments.append_array(Settings.store_arguments("--out") + PackedStringArray(["--", _portrait]))
	_process_ = ChildProcess.new()
	_process_.finished.connect(_on_finished)
	_began_ms = Time.get_ticks_msec()
	_shown_s = -1.0
	var problem: String = _process_.start(Settings.command(), arguments)
	if problem:
		_process_ = null
		_tell("%s %s" % [problem, Daemon.not_found_remedy()], Style.BAD)
		return
	_bar.show()
	_go.hide()


## Whether a portrait is being enrolled.
func is_running() -> bool:
	return _process_ != null


func _add_field(grid: GridContainer, key: String, title: String, hint: String) -> void:
	var label: Label = Label.new()
	label.text = title
	grid.add_child(label)
	var field: LineEdit = LineEdit.new()
	field.placeholder_text = hint
	field.tooltip_text = hint
	field.size_flags_horizontal = Control.SIZE_EXPAND_FILL
	grid.add_child(field)
	_fields[key] = field


func _on_finished(exit_code: int) -> void:
	var ended: ChildProcess = _process_
	_process_ = null
	_bar.hide()
	_close.text = "Close"
	var parsed: Variant = JSON.parse_string(ended.output) if ended.output.begins_with("{") else null
	var result: Dictionary = parsed if parsed is Dictionary else {}
	if exit_code == 0 and result.has("id"):
		_tell("%s is enrolled (%.0f s)." % [result["id"], result.get("seconds", 0.0)], Style.GOOD)
		enrolled.emit(str(result["id"]))
		return
	_go.show()
	var error: Dictionary = result.get("error", {})
	if ended.was_not_found(exit_code):
		_tell("There is no program '%s'. %s" % [Settings.command(), Daemon.not_found_remedy()], Style.BAD)
	elif not error.is_empty():
		_tell("%s %s" % [error.get("cause"), error.get("remedy")], Style.BAD)
	else:
		_tell("npcface ended with exit code %d. %s" % [exit_code, ended.errors.strip_edges().right(600)], Style.BAD)


func _on_close_pressed() -> void:
	_end_process()
	_bar.hide()
	hide()


func _end_process() -> void:
	if _process_ != null:
		_process_.stop()
		_process_ = null


func _tell(text: String, color: Color) -> void:
	_told.text = text
	_told.add_theme_color_override(&"font_color", color)
	_told.show()


func _as_id(base: String) -> String:
	var id: String = ""
	for letter: String in base.to_lower():
		id += letter if letter in "abcdefghijklmnopqrstuvwxyz0123456789_-" else "-"
	return id.lstrip("-_").left(64)
