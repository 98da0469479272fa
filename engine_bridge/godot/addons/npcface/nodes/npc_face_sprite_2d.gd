@icon("../icons/sprite_2d.svg")
@tool
class_name NpcFaceSprite2D
extends Sprite2D
## A face in a 2D scene.
##
## Name a [member character], or point [member face] to an [NpcFace], or add one as a child for all of its options.

const _FaceOf := preload("face_of.gd")

## The face to show; empty is the first [NpcFace] among the children, or one that is made for [member character].
@export var face: NpcFace = null:
	set(value):
		face = value
		update_configuration_warnings()
## Id of the character, where no [NpcFace] is given.
@export var character: String = "":
	set(value):
		character = value
		update_configuration_warnings()
		if _made_or_child != null and face == null:
			_made_or_child.character = value

var _made_or_child: NpcFace = null


## The face that is shown: speak and drive through it.
func npc_face() -> NpcFace:
	if face == null and _made_or_child == null:
		_made_or_child = _FaceOf.find(self, null, character)
	return face if face != null else _made_or_child


func _ready() -> void:
	if Engine.is_editor_hint():
		return
	texture = npc_face().texture


func _get_configuration_warnings() -> PackedStringArray:
	return _FaceOf.warnings(self, face, character)
