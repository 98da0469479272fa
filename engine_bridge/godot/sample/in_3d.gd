extends Node3D
## The same faces in 3D: on a head (left) and on a card that turns to the camera (right).

const _SWAY_M: float = 0.35
const _HEIGHT_M: float = 1.35
const _AWAY_M: float = 1.7

## Seconds the camera has swayed; a test sets it and stops the sway.
var clock_s: float = 0.0

@onready var _camera: Camera3D = $Camera
@onready var _hint: Label = $Hint
@onready var _faces: Array[NpcFace] = [$Person/Head/NpcFace, $Card/NpcFace]


func _ready() -> void:
	NpcFaceServer.failed.connect(func(_code: String, cause: String, remedy: String) -> void:
		_hint.text = "%s %s" % [cause, remedy])
	if not NpcFaceServer.is_connected_to_daemon():
		await NpcFaceServer.connected
	var characters: Array[Dictionary] = await NpcFaceServer.list_characters()
	if characters.is_empty():
		_hint.text = "Nobody is here yet. Make somebody with: npcface enroll portrait.jpg"
		return
	_hint.text = "Left: projected on a head. Right: a card that turns to the camera."
	for index: int in _faces.size():
		_faces[index].character = characters[index % characters.size()]["id"]
	while is_inside_tree():
		for speaker: NpcFace in _faces:
			speaker.say_text("I have a whole head now. Walk around me, if you like.")
			await speaker.spoke


func _process(delta: float) -> void:
	clock_s += delta
	_camera.position = Vector3(sin(clock_s * 0.5) * _SWAY_M, _HEIGHT_M, _AWAY_M)
	_camera.look_at(Vector3(0.0, _HEIGHT_M - 0.05, 0.0))
