@tool
extends VBoxContainer
## A living face with sliders, and a line for it to say.

const Style := preload("style.gd")

## Title, the channels it moves, least, most.
const SLIDERS: Array[Array] = [
	["Jaw", ["jawOpen"], 0.0, 1.0],
	["Smile", ["mouthSmileLeft", "mouthSmileRight"], 0.0, 1.0],
	["Pucker", ["mouthPucker"], 0.0, 1.0],
	["Blink", ["eyeBlinkLeft", "eyeBlinkRight"], 0.0, 1.0],
	["Brows up", ["browInnerUp", "browOuterUpLeft", "browOuterUpRight"], 0.0, 1.0],
	["Brows down", ["browDownLeft", "browDownRight"], 0.0, 1.0],
	["Turn", ["headYaw"], -35.0, 35.0],
	["Nod", ["headPitch"], -25.0, 25.0],
	["Tilt", ["headRoll"], -25.0, 25.0],
	["Look aside", ["gazeYaw"], -25.0, 25.0],
	["Look up", ["gazePitch"], -20.0, 20.0],
]

## The face that is shown.
var face: NpcFace = NpcFace.new()

var _picture: TextureRect = TextureRect.new()
var _words: LineEdit = LineEdit.new()
var _speak: Button = Button.new()
var _feeling: OptionButton = OptionButton.new()
var _problem: Label = Label.new()
var _sliders: Array[HSlider] = []


func _init() -> void:
	add_theme_constant_override(&"separation", Style.px(6))
	face.name = "Preview"
	add_child(face)
	face.failed.connect(_on_failed)
	face.frame_ready.connect(func(_texture: ImageTexture) -> void: _problem.hide())
	_picture.texture = face.texture
	_picture.custom_minimum_size = Vector2(Style.px(200), Style.px(200))
	_picture.expand_mode = TextureRect.EXPAND_IGNORE_SIZE
	_picture.stretch_mode = TextureRect.STRETCH_KEEP_ASPECT_CENTERED
	add_child(_picture)
	_problem.autowrap_mode = TextServer.AUTOWRAP_WORD_SMART
	_problem.add_theme_color_override(&"font_color", Style.BAD)
	_problem.hide()
	add_child(_problem)
	_add_line()
	_add_sliders()


## Show somebody, from this connection.
func show_character(id: String, service: NpcFaceService) -> void:
	_problem.hide()
	face.service = service
	face.character = id
	_rest()


## What the daemon can feel.
func set_emotions(names: PackedStringArray) -> void:
	_feeling.clear()
	for feeling: String in names:
		_feeling.add_item(feeling.capitalize())
		_feeling.set_item_metadata(_feeling.item_count - 1, feeling)


## Say what stands in the line.
func speak() -> void:
	if face.character:
		_rest()
		face.say_text(_words.text)


func _add_line() -> void:
	var row: HBoxContainer = HBoxContainer.new()
	_words.text = "Hello there. How do I look?"
	_words.size_flags_horizontal = Control.SIZE_EXPAND_FILL
	_words.text_submitted.connect(func(_text: String) -> void: speak())
	row.add_child(_words)
	_speak.text = "Speak"
	_speak.tooltip_text = "Moves the mouth by a guess from the spelling; no sound."
	_speak.pressed.connect(speak)
	row.add_child(_speak)
	add_child(row)
	row = HBoxContainer.new()
	row.add_child(Style.heading("Face"))
	_feeling.tooltip_text = "A feeling over speech and idle life."
	_feeling.item_selected.connect(
		func(index: int) -> void: face.emotion(str(_feeling.get_item_metadata(index)), 0.6)
	)
	row.add_child(_feeling)
	var rest: Button = Button.new()
	rest.text = "Idle"
	rest.tooltip_text = "Sliders to rest, and blink and breathe again."
	rest.pressed.connect(_on_rest_pressed)
	row.add_child(rest)
	add_child(row)


func _add_sliders() -> void:
	var scroll: ScrollContainer = ScrollContainer.new()
	scroll.horizontal_scroll_mode = ScrollContainer.SCROLL_MODE_DISABLED
	scroll.size_flags_vertical = Control.SIZE_EXPAND_FILL
	scroll.custom_minimum_size = Vector2(0, Style.px(140))
	var grid: GridContainer = GridContainer.new()
	grid.columns = 2
	grid.size_flags_horizontal = Control.SIZE_EXPAND_FILL
	for entry: Array in SLIDERS:
		var label: Label = Label.new()
		label.text = entry[0]
		label.tooltip_text = ", ".join(PackedStringArray(entry[1]))
		label.mouse_filter = Control.MOUSE_FILTER_PASS
		grid.add_child(label)
		var slider: HSlider = HSlider.new()
		slider.min_value = entry[2]
		slider.max_value = entry[3]
		slider.step = (slider.max_value - slider.min_value) / 100.0
		slider.value = 0.0
		slider.size_flags_horizontal = Control.SIZE_EXPAND_FILL
		slider.size_flags_vertical = Control.SIZE_SHRINK_CENTER
		slider.value_changed.connect(func(_value: float) -> void: _drive())
		grid.add_child(slider)
		_sliders.append(slider)
	scroll.add_child(grid)
	add_child(scroll)


func _drive() -> void:
	var channels: Dictionary = {}
	for index: int in SLIDERS.size():
		for channel: String in SLIDERS[index][1]:
			channels[channel] = _sliders[index].value
	face.drive_arkit(channels)


func _rest() -> void:
	for slider: HSlider in _sliders:
		slider.set_value_no_signal(0.0)


func _on_rest_pressed() -> void:
	_rest()
	face.idle()


func _on_failed(_code: String, cause: String, remedy: String) -> void:
	_problem.text = "%s %s" % [cause, remedy]
	_problem.show()
