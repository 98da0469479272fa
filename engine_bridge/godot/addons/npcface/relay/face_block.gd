extends RefCounted
## The difference of two faces as bits. PROTOCOL.md 12.

const BitReader := preload("bit_reader.gd")
const BitWriter := preload("bit_writer.gd")
const Steps := preload("face_steps.gd")

const _ORDER: int = 3
const _SIDE_ORDER: int = 1


## Write [param steps] less [param from].
static func write(to: BitWriter, steps: PackedInt32Array, from: PackedInt32Array) -> void:
	var paired: PackedByteArray = Steps.paired()
	var channel: int = 0
	while channel < Steps.COUNT:
		var left: int = steps[channel] - from[channel]
		if paired[channel] == 0:
			to.write(0 if left == 0 else 1, 1)
			if left != 0:
				to.golomb(_fold(left) - 1, _ORDER)
			channel += 1
			continue
		var right: int = steps[channel + 1] - from[channel + 1]
		channel += 2
		to.write(0 if left == 0 and right == 0 else 1, 1)
		if left == 0 and right == 0:
			continue
		to.golomb(_fold(left), _ORDER)
		to.write(0 if right == left else 1, 1)
		if right != left:
			to.golomb(_fold(right - left) - 1, _SIDE_ORDER)


## The difference that was written; empty if the bits are none of two faces.
static func read(of: BitReader) -> PackedInt32Array:
	var paired: PackedByteArray = Steps.paired()
	var difference: PackedInt32Array = []
	difference.resize(Steps.COUNT)
	var channel: int = 0
	while channel < Steps.COUNT:
		var sided: bool = paired[channel] == 1
		if of.read(1) == 1:
			difference[channel] = _unfold(of.golomb(_ORDER) + (0 if sided else 1))
			if sided:
				var more: int = _unfold(of.golomb(_SIDE_ORDER) + 1) if of.read(1) == 1 else 0
				difference[channel + 1] = difference[channel] + more
		channel += 2 if sided else 1
	return difference if of.at_end() else PackedInt32Array()


static func _fold(number: int) -> int:
	return 2 * number - 1 if number > 0 else -2 * number


static func _unfold(folded: int) -> int:
	return (folded + 1) >> 1 if folded & 1 else -(folded >> 1)
