extends RefCounted
## What [code]bit_writer.gd[/code] wrote. What cannot be read is 0 and sets [member failed].

const _MOST_ZEROS: int = 12

## The bits ended too early, or held a number that no face has.
var failed: bool = false

var _bytes: PackedByteArray
var _at: int = 0


func _init(bytes: PackedByteArray) -> void:
	_bytes = bytes


## The next bits as a number.
func read(count: int) -> int:
	if failed or count > 8 * _bytes.size() - _at:
		failed = true
		return 0
	var value: int = 0
	for _bit: int in count:
		value = value << 1 | (_bytes[_at >> 3] >> (7 - (_at & 7)) & 1)
		_at += 1
	return value


## A number from 0 up.
func golomb(order: int) -> int:
	var zeros: int = 0
	while read(1) == 0:
		zeros += 1
		if failed or zeros > _MOST_ZEROS:
			failed = true
			return 0
	var tail: int = zeros + order
	return (1 << tail | read(tail)) - (1 << order)


## Whether nothing is left but zeros in the last byte.
func at_end() -> bool:
	var left: int = 8 * _bytes.size() - _at
	return left < 8 and read(left) == 0 and not failed
