extends RefCounted
## The names of a face's numbers, and every other spelling that is understood: always by name, never by position.

## What the wire knows beside the 52 weights of ARKit.
const POSE: PackedStringArray = [
	"headYaw", "headPitch", "headRoll", "gazeYaw", "gazePitch", "translationX", "translationY", "scale",
]
## ARKit's weights that have no side.
const PLAIN: PackedStringArray = [
	"browInnerUp", "cheekPuff", "jawForward", "jawLeft", "jawOpen", "jawRight", "mouthClose", "mouthFunnel", "mouthLeft",
	"mouthPucker", "mouthRight", "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "tongueOut",
]
## ARKit's weights of which there are two, without "Left" and "Right".
const SIDED: PackedStringArray = [
	"browDown", "browOuterUp", "cheekSquint", "eyeBlink", "eyeLookDown", "eyeLookIn", "eyeLookOut", "eyeLookUp",
	"eyeSquint", "eyeWide", "mouthDimple", "mouthFrown", "mouthLowerDown", "mouthPress", "mouthSmile", "mouthStretch",
	"mouthUpperUp", "noseSneer",
]
## Godot's XRFaceTracker (Unified Expressions): name after FT_ → [our name, gain]. # is LEFT or RIGHT, Left or Right.
const XR: Dictionary[String, Array] = {
	"EYE_LOOK_OUT_#": ["eyeLookOut#", 1.0], "EYE_LOOK_IN_#": ["eyeLookIn#", 1.0],
	"EYE_LOOK_UP_#": ["eyeLookUp#", 1.0], "EYE_LOOK_DOWN_#": ["eyeLookDown#", 1.0],
	"EYE_CLOSED_#": ["eyeBlink#", 1.0], "EYE_SQUINT_#": ["eyeSquint#", 1.0], "EYE_WIDE_#": ["eyeWide#", 1.0],
	"BROW_LOWERER_#": ["browDown#", 1.0], "BROW_OUTER_UP_#": ["browOuterUp#", 1.0],
	"BROW_INNER_UP_#": ["browInnerUp", 0.5],
	"NOSE_SNEER_#": ["noseSneer#", 1.0], "CHEEK_SQUINT_#": ["cheekSquint#", 1.0], "CHEEK_PUFF_#": ["cheekPuff", 0.5],
	"JAW_OPEN": ["jawOpen", 1.0], "JAW_#": ["jaw#", 1.0], "JAW_FORWARD": ["jawForward", 1.0],
	"MOUTH_CLOSED": ["mouthClose", 1.0],
	"LIP_SUCK_UPPER_#": ["mouthRollUpper", 0.5], "LIP_SUCK_LOWER_#": ["mouthRollLower", 0.5],
	"LIP_FUNNEL_UPPER_#": ["mouthFunnel", 0.25], "LIP_FUNNEL_LOWER_#": ["mouthFunnel", 0.25],
	"LIP_PUCKER_UPPER_#": ["mouthPucker", 0.25], "LIP_PUCKER_LOWER_#": ["mouthPucker", 0.25],
	"MOUTH_UPPER_#": ["mouth#", 0.5], "MOUTH_LOWER_#": ["mouth#", 0.5],
	"MOUTH_UPPER_UP_#": ["mouthUpperUp#", 1.0], "MOUTH_LOWER_DOWN_#": ["mouthLowerDown#", 1.0],
	"MOUTH_CORNER_PULL_#": ["mouthSmile#", 1.0], "MOUTH_FROWN_#": ["mouthFrown#", 1.0],
	"MOUTH_STRETCH_#": ["mouthStretch#", 1.0], "MOUTH_DIMPLE_#": ["mouthDimple#", 1.0],
	"MOUTH_RAISER_UPPER": ["mouthShrugUpper", 1.0], "MOUTH_RAISER_LOWER": ["mouthShrugLower", 1.0],
	"MOUTH_PRESS_#": ["mouthPress#", 1.0], "TONGUE_OUT": ["tongueOut", 1.0],
}
## Live Link Face's angles, in radians: [our name, degrees per radian with our sign]. An eye counts half.
const LIVE_LINK_ANGLES: Dictionary[String, Array] = {
	"HeadYaw": ["headYaw", 57.29578], "HeadPitch": ["headPitch", -57.29578], "HeadRoll": ["headRoll", -57.29578],
	"LeftEyeYaw": ["gazeYaw", 28.64789], "RightEyeYaw": ["gazeYaw", 28.64789],
	"LeftEyePitch": ["gazePitch", -28.64789], "RightEyePitch": ["gazePitch", -28.64789],
}
## Names that trackers send and a face has no use for.
const IGNORED: PackedStringArray = ["_neutral", "LeftEyeRoll", "RightEyeRoll"]
## Degrees that full eyeLook weights turn an eye, to the side and up or down.
const LOOK_DEGREES: Vector2 = Vector2(30.0, 25.0)

static var _table: Dictionary[String, Array] = {}


## All 60 names of the wire.
static func names() -> PackedStringArray:
	var all: PackedStringArray = PLAIN.duplicate()
	for name: String in SIDED:
		all.append_array([name + "Left", name + "Right"])
	all.append_array(POSE)
	return all


## Any spelling to [our name, gain]: ARKit, Live Link Face, iFacialMocap's _L and _R, XRFaceTracker's FT_ names.
static func table() -> Dictionary[String, Array]:
	if _table.is_empty():
		for name: String in names():
			_table[name] = [name, 1.0]
			if not name in POSE:
				_table[name[0].to_upper() + name.substr(1)] = [name, 1.0]
		for name: String in SIDED:
			_table[name + "_L"] = [name + "Left", 1.0]
			_table[name + "_R"] = [name + "Right", 1.0]
		for key: String in XR:
			for side: String in ["Left", "Right"] if key.contains("#") else [""]:
				var target: String = XR[key][0]
				_table["FT_" + key.replace("#", side.to_upper())] = [target.replace("#", side), XR[key][1]]
		_table.merge(LIVE_LINK_ANGLES, true)
		for name: String in IGNORED:
			_table[name] = ["", 0.0]
	return _table


## A tracker's frame in our names; names that add up (a lip's four corners) are added up.
##
## Puts "" into the result's key "problem" when all is well, otherwise what is wrong.
static func read(frame: Dictionary) -> Dictionary:
	var known: Dictionary[String, Array] = table()
	var face: Dictionary[String, float] = {}
	var eyes: Dictionary[String, float] = {}
	for key: Variant in frame:
		var name: String = str(key)
		if not known.has(name):
			return {"problem": "'%s' is no channel; %s" % [name, _nearest(name)]}
		var given: Variant = frame[key]
		if not (given is float or given is int) or not is_finite(given):
			return {"problem": "%s is %s; expected a finite number." % [name, given]}
		var target: String = known[name][0]
		var into: Dictionary[String, float] = eyes if name.contains("Eye") and target.begins_with("gaze") else face
		if target:
			into[target] = into.get(target, 0.0) + float(given) * float(known[name][1])
	_aim(face, eyes)
	return {"problem": "", "face": face}


## What an [XRFaceTracker] sees, by its names.
static func of_tracker(tracker: XRFaceTracker) -> Dictionary:
	var known: Dictionary[String, Array] = table()
	var weights: PackedFloat32Array = tracker.blend_shapes
	var channels: Dictionary = {}
	for entry: String in ClassDB.class_get_enum_constants(&"XRFaceTracker", &"BlendShapeEntry"):
		var index: int = ClassDB.class_get_integer_constant(&"XRFaceTracker", entry)
		if known.has(entry) and index < weights.size():
			channels[entry] = weights[index]
	return channels


## Degrees that a face's eyeLook weights turn the eyes by themselves, to the subject's left and up.
static func looked(face: Dictionary[String, float]) -> Vector2:
	return Vector2(
		_look(face, "OutLeft") - _look(face, "InLeft") + _look(face, "InRight") - _look(face, "OutRight"),
		_look(face, "UpLeft") - _look(face, "DownLeft") + _look(face, "UpRight") - _look(face, "DownRight")
	) * LOOK_DEGREES / 2.0


## An explicit gaze is the whole gaze, so what the eyeLook weights turn already is taken off it; Live Link's eye angles
## repeat those weights and count only without them.
static func _aim(face: Dictionary[String, float], eyes: Dictionary[String, float]) -> void:
	var turned: Vector2 = looked(face)
	if face.has("gazeYaw") or face.has("gazePitch"):
		face["gazeYaw"] = face.get("gazeYaw", 0.0) - turned.x
		face["gazePitch"] = face.get("gazePitch", 0.0) - turned.y
	elif turned == Vector2.ZERO:
		face.merge(eyes)


static func _look(face: Dictionary[String, float], way: String) -> float:
	return clampf(face.get("eyeLook" + way, 0.0), 0.0, 1.0)


static func _nearest(name: String) -> String:
	var best: String = ""
	for known: String in table():
		if known.similarity(name) > maxf(0.4, best.similarity(name)):
			best = known
	return "did you mean '%s'?" % best if best else "expected ARKit's, Live Link's or XRFaceTracker's names."
