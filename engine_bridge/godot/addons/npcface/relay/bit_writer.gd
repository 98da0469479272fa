extends RefCounted
## Bits into bytes, the most significant first, and exponential Golomb codes. PROTOCOL.md 12.

## What was written, without the bits that do not fill a byte yet.
var bytes: PackedByteArray = PackedByteArray()

var _pending: int = 0
var _count: int = 0


## The lowest [param count] bits of [param value], which has no others.
func write(value: int, count: int) -> void:
	_pending = _pending << count | value
	_count += count
	while _count >= 8:
		_count -= 8
		bytes.append(_pending >> _count & 0xff)
	_pending &= (1 << _count) - 1


## A number from 0 up.
func golomb(value: int, order: int) -> void:
	var shifted: int = value + (1 << order)
	var length: int = 0
	while shifted >> length != 0:
		length += 1
	write(shifted, 2 * length - 1 - order)


## Fill the last byte up with zeros.
func finish() -> void:
	if _count > 0:
		write(0, 8 - _count)
