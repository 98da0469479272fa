extends Control
## Three people talk in turn, with subtitles. Whoever is in the daemon's store is on stage.

## Speaker (0 to 2), words, feeling.
const LINES: Array[Array] = [
	[0, "You made it. The pass was open, then?", "surprised"],
	[1, "Open? We dug for two hours, and it is still snowing.", "tender"],
	[2, "She dug. I held the lamp and gave good advice.", "happy"],
	[0, "Come in, both of you. There is soup.", "happy"],
	[1, "Soup! That is the best word I have heard today.", "happy"],
	[2, "And before we eat: somebody followed us.", "afraid"],
]
const _QUIET: Color = Color(0.17, 0.19, 0.24)
const _SPEAKS: Color = Color(0.96, 0.72, 0.3)
const _BREATH_S: float = 0.6  # between two lines

## Set to false to have them fall silent after the line that is being said.
var goes_on: bool = true

@onready var _seats: Array[Node] = $Seats.get_children()
@onready var _subtitle: Label = $Subtitle
@onready var _start_daemon: Button = $StartDaemon


func _ready() -> void:
	NpcFaceServer.connected.connect(_on_connected)
	NpcFaceServer.failed.connect(_on_failed)
	_start_daemon.pressed.connect(_on_start_daemon)
	($In3D as Button).pressed.connect(get_tree().change_scene_to_file.bind("res://sample/in_3d.tscn"))
	_subtitle.text = "Looking for the daemon ..."
	if NpcFaceServer.is_connected_to_daemon():
		_on_connected({})


## The face on a seat, 0 to 2.
func face(seat: int) -> NpcFace:
	return _seats[seat].get_node(^"Face/NpcFace") as NpcFace


func _on_connected(_welcome: Dictionary) -> void:
	_start_daemon.hide()
	if face(0).character:
		return  # they are on stage already: the daemon was restarted
	var characters: Array[Dictionary] = await NpcFaceServer.list_characters()
	characters = characters.filter(func(one: Dictionary) -> bool: return str(one["error"]).is_empty())
	if characters.is_empty():
		_subtitle.text = "Nobody is here yet. Make somebody with: npcface enroll portrait.jpg"
		return
	for seat: int in _seats.size():
		var one: Dictionary = characters[seat % characters.size()]
		face(seat).idle_seed = seat + 1
		face(seat).character = one["id"]
		(_seats[seat].get_node(^"Title") as Label).text = one["name"]
	_subtitle.text = ""
	_talk()


func _talk() -> void:
	var number: int = 0
	while goes_on and is_inside_tree():
		await _speak(LINES[number % LINES.size()])
		number += 1
		if is_inside_tree():
			await get_tree().create_timer(_BREATH_S).timeout


func _speak(line: Array) -> void:
	var speaker: NpcFace = face(line[0])
	var bar: ColorRect = _seats[line[0]].get_node(^"Speaking") as ColorRect
	bar.color = _SPEAKS
	_subtitle.text = line[1]
	speaker.emotion(line[2] as String, 0.5)
	speaker.say_text(line[1] as String)  # with a voice: say(), and play its sound at line_started
	await speaker.spoke
	bar.color = _QUIET


func _on_failed(_code: String, cause: String, remedy: String) -> void:
	_subtitle.text = "%s\n%s" % [cause, remedy]
	_start_daemon.visible = not NpcFaceServer.runs_daemon()


func _on_start_daemon() -> void:
	_start_daemon.hide()
	_subtitle.text = "Starting npcface ..."
	NpcFaceServer.start_daemon()
