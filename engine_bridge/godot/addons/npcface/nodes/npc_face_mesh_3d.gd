@icon("../icons/mesh_3d.svg")
@tool
class_name NpcFaceMesh3D
extends MeshInstance3D
## A face in a 3D scene: a card that turns to the camera, or projected on a head.
##
## Name a [member character], or point [member face] to an [NpcFace], or add one as a child for all of its options.
## For a card, a transparent background looks best.

const _FaceOf := preload("face_of.gd")
const _CHEEKS: Array[Vector2] = [Vector2(0.44, 0.58), Vector2(0.56, 0.58), Vector2(0.5, 0.36)]
const _PROJECTED := preload("../shaders/projected.gdshader")

## How the face is shown.
enum Mode {
	BILLBOARD,  ## On a card of [member width] that turns to the camera; it makes its own mesh if there is none.
	CARD,  ## The same, but it does not turn.
	PROJECTED,  ## On this node's mesh, a head that looks along +Z, from the front.
}

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
## How the face is shown.
@export var mode: Mode = Mode.BILLBOARD
## Width of the portrait in metres (billboard, card) or in the mesh's own units (projected).
@export_range(0.01, 10.0, 0.01, "or_greater") var width: float = 0.5
## Where the middle of the portrait lies on a projected head.
@export var center: Vector2 = Vector2.ZERO
## Colour of a projected head where the portrait does not reach; clear takes it from the cheeks of the first frame.
@export var skin_color: Color = Color.TRANSPARENT
## Whether a card is lit by the scene; a portrait has its own light already.
@export var shaded: bool = false

var _made_or_child: NpcFace = null


## The face that is shown: speak and drive through it.
func npc_face() -> NpcFace:
	if face == null and _made_or_child == null:
		_made_or_child = _FaceOf.find(self, null, character)
	return face if face != null else _made_or_child


## Have the eyes look at a point of the world; see [method NpcFace.look_at].
func look_at_point(point: Vector3) -> bool:
	var basis_now: Basis = global_transform.basis.orthonormalized()
	var camera: Camera3D = get_viewport().get_camera_3d()
	if mode == Mode.BILLBOARD and camera != null:
		basis_now = camera.global_transform.basis.orthonormalized()
	var direction: Vector3 = basis_now.inverse() * (point - global_position)
	if direction.is_zero_approx():
		return false
	var yaw: float = rad_to_deg(atan2(direction.x, absf(direction.z)))  # +X is the subject's left
	var pitch: float = rad_to_deg(atan2(direction.y, Vector2(direction.x, direction.z).length()))
	return npc_face().look_at(clampf(yaw, -30.0, 30.0), clampf(pitch, -25.0, 25.0))


func _ready() -> void:
	if Engine.is_editor_hint():
		return
	if mode == Mode.PROJECTED:
		material_override = _projected()
		return
	if mesh == null:
		var quad: QuadMesh = QuadMesh.new()
		quad.size = Vector2(width, width)
		mesh = quad
	material_override = _card()


func _get_configuration_warnings() -> PackedStringArray:
	var warnings: PackedStringArray = _FaceOf.warnings(self, face, character)
	if mode == Mode.PROJECTED and mesh == null:
		warnings.append("A projected face needs a head as its mesh.")
	return warnings


func _card() -> StandardMaterial3D:
	var material: StandardMaterial3D = StandardMaterial3D.new()
	material.albedo_texture = npc_face().texture
	material.transparency = BaseMaterial3D.TRANSPARENCY_ALPHA
	material.texture_repeat = false
	if not shaded:
		material.shading_mode = BaseMaterial3D.SHADING_MODE_UNSHADED
	if mode == Mode.BILLBOARD:
		material.billboard_mode = BaseMaterial3D.BILLBOARD_ENABLED
		material.billboard_keep_scale = true
	return material


func _projected() -> ShaderMaterial:
	var material: ShaderMaterial = ShaderMaterial.new()
	material.shader = _PROJECTED
	material.set_shader_parameter(&"face", npc_face().texture)
	material.set_shader_parameter(&"skin_color", skin_color)
	if skin_color.a == 0.0:
		npc_face().frame_ready.connect(_take_skin_color.bind(material), CONNECT_ONE_SHOT)
	material.set_shader_parameter(&"center", center)
	material.set_shader_parameter(&"width", width)
	return material


func _take_skin_color(_texture: ImageTexture, material: ShaderMaterial) -> void:
	var picture: Image = npc_face().image
	if picture.is_compressed():
		picture = picture.duplicate()
		picture.decompress()
	var sum: Color = Color.BLACK
	for cheek: Vector2 in _CHEEKS:
		sum += picture.get_pixelv(Vector2i(cheek * Vector2(picture.get_size())))
	material.set_shader_parameter(&"skin_color", sum / _CHEEKS.size())
