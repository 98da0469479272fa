extends RefCounted
## A face as 60 whole numbers: ARKit's 52 weights in Apple's order, then the pose. PROTOCOL.md 12.

## ARKit's weights, then the pose, in the order of face packets.
const NAMES: PackedStringArray = [
	"browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekPuff",
	"cheekSquintLeft", "cheekSquintRight", "eyeBlinkLeft", "eyeBlinkRight", "eyeLookDownLeft", "eyeLookDownRight",
	"eyeLookInLeft", "eyeLookInRight", "eyeLookOutLeft", "eyeLookOutRight", "eyeLookUpLeft", "eyeLookUpRight",
	"eyeSquintLeft", "eyeSquintRight", "eyeWideLeft", "eyeWideRight", "jawForward", "jawLeft", "jawOpen", "jawRight",
	"mouthClose", "mouthDimpleLeft", "mouthDimpleRight", "mouthFrownLeft", "mouthFrownRight", "mouthFunnel",
	"mouthLeft", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthPressLeft", "mouthPressRight", "mouthPucker",
	"mouthRight", "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthSmileLeft",
	"mouthSmileRight", "mouthStretchLeft", "mouthStretchRight", "mouthUpperUpLeft", "mouthUpperUpRight",
	"noseSneerLeft", "noseSneerRight", "tongueOut",
	"headYaw", "headPitch", "headRoll", "gazeYaw", "gazePitch", "translationX", "translationY", "scale",
]
## How many there are.
const COUNT: int = 60
## The longest packet there is, in bytes.
const PACKET_BYTES: int = 135
## Version of the packets.
const VERSION: int = 1

static var _paired: PackedByteArray = []


## Steps in a weight of 1, a degree, a texture width, a scale of 1.
static func per_unit(channel: int) -> int:
	return 128 if channel < 52 else 16 if channel < 57 else 2048 if channel < 59 else 512


## The least step of a channel.
static func lowest(channel: int) -> int:
	return 0 if channel < 52 else -960 if channel < 55 else -720 if channel < 57 else -2048 if channel < 59 else 128


## The greatest step of a channel.
static func highest(channel: int) -> int:
	return 128 if channel < 52 else 960 if channel < 55 else 720 if channel < 57 else 2048


## A number within its channel's limits.
static func clamped(channel: int, value: float) -> float:
	var steps: float = per_unit(channel)
	return clampf(value, lowest(channel) / steps, highest(channel) / steps)


## The face of a portrait at rest.
static func neutral() -> PackedInt32Array:
	var steps: PackedInt32Array = []
	steps.resize(COUNT)
	steps[59] = 512
	return steps


## 1 where a channel and the next one are the two sides of one thing.
static func paired() -> PackedByteArray:
	if _paired.is_empty():
		_paired.resize(COUNT)
		for channel: int in COUNT - 1:
			var other: String = NAMES[channel].trim_suffix("Left") + "Right"
			_paired[channel] = 1 if NAMES[channel].ends_with("Left") and NAMES[channel + 1] == other else 0
	return _paired


## 60 finite numbers to steps, clamped.
static func of_values(values: PackedFloat32Array) -> PackedInt32Array:
	var steps: PackedInt32Array = []
	steps.resize(COUNT)
	for channel: int in COUNT:
		var step: float = floorf(values[channel] * per_unit(channel) + 0.5)
		steps[channel] = int(clampf(step, lowest(channel), highest(channel)))
	return steps


## Steps to 60 numbers.
static func to_values(steps: PackedInt32Array) -> PackedFloat32Array:
	var values: PackedFloat32Array = []
	values.resize(COUNT)
	for channel: int in COUNT:
		values[channel] = float(steps[channel]) / per_unit(channel)
	return values
