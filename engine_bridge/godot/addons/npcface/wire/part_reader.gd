extends RefCounted
## Bytes in pieces of any length to ZMTP frames.
##
## A long body is read straight into its own array: [method room] tells how many bytes belong to it, so that a texture
## is copied once and not shifted through a buffer.

const Zmtp := preload("zmtp.gd")


## One frame: a part of a message, or a command.
class Part:
	extends RefCounted
	## See [code]zmtp.gd[/code].
	var flags: int = 0
	## The bytes after flags and length.
	var body: PackedByteArray = PackedByteArray()


## Why the bytes cannot be read on; empty while all is well.
var problem: String = ""

const _PIECE: int = 4096

var _pending: PackedByteArray = PackedByteArray()
var _long: Part = null
var _missing: int = 0


## How many bytes to read next, at most.
func room() -> int:
	return _missing if _missing > 0 else _PIECE


## Take the next bytes; gives the frames that are complete now.
func feed(data: PackedByteArray) -> Array[Part]:
	var parts: Array[Part] = []
	if _missing > 0:
		if data.size() <= _missing:
			_grow(data, parts)
			return parts
		var rest: PackedByteArray = data.slice(_missing)
		_grow(data.slice(0, _missing), parts)
		_pending = rest
	else:
		_pending.append_array(data)
	var start: int = 0
	while problem.is_empty() and _pending.size() - start >= 2:
		var flags: int = _pending[start]
		if flags & ~(Zmtp.MORE | Zmtp.LONG | Zmtp.COMMAND):
			problem = "ZMTP flags %d are reserved: the bytes are out of step." % flags
			break
		var head: int = 9 if flags & Zmtp.LONG else 2
		if _pending.size() - start < head:
			break
		var size: int = _length(start, head)
		if size < 0 or size > Zmtp.BODY_BYTES_MAX:
			problem = "A frame of %d bytes came, %d are allowed." % [size, Zmtp.BODY_BYTES_MAX]
			break
		var part: Part = Part.new()
		part.flags = flags
		part.body = _pending.slice(start + head, start + head + size)
		start += head + part.body.size()
		if part.body.size() == size:
			parts.append(part)
		else:
			_long = part
			_missing = size - part.body.size()
	_pending = _pending.slice(start) if start > 0 else _pending
	return parts


func _grow(data: PackedByteArray, parts: Array[Part]) -> void:
	_long.body.append_array(data)
	_missing -= data.size()
	if _missing == 0:
		parts.append(_long)
		_long = null


func _length(start: int, head: int) -> int:
	if head == 2:
		return _pending[start + 1]
	var size: int = 0
	for index: int in 8:
		size = size << 8 | _pending[start + 1 + index]
	return size
