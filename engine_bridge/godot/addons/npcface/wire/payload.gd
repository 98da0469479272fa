extends RefCounted
## Little-endian float32, as payloads and as arrays of values.

const _COUNTS: PackedInt32Array = [478, 68]


## A face in the agreed order of channels; what it does not name is neutral (0, scale 1).
static func values(face: Dictionary[String, float], names: Array) -> PackedFloat32Array:
	var row: PackedFloat32Array = PackedFloat32Array()
	row.resize(names.size())
	for index: int in names.size():
		var name: String = names[index]
		row[index] = face.get(name, 1.0 if name == "scale" else 0.0)
	return row


## Tracker points as a payload; empty if they are not 478 or 68 finite points.
static func points(given: Variant) -> PackedByteArray:
	var numbers: PackedFloat32Array = PackedFloat32Array()
	if given is PackedVector2Array and (given as PackedVector2Array).size() in _COUNTS:
		for point: Vector2 in given as PackedVector2Array:
			if not point.is_finite():
				return PackedByteArray()
			numbers.append_array([point.x, point.y])
	elif given is PackedVector3Array and (given as PackedVector3Array).size() in _COUNTS:
		for point: Vector3 in given as PackedVector3Array:
			if not point.is_finite():
				return PackedByteArray()
			numbers.append_array([point.x, point.y, point.z])
	return numbers.to_byte_array()


## How many points were given or, if they are no list, of which type they are.
static func described(given: Variant) -> String:
	var listed: bool = given is Array or given is PackedVector2Array or given is PackedVector3Array
	return str(given.size()) if listed else type_string(typeof(given))
