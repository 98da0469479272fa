extends RefCounted
## MessagePack, as far as the headers of npcface need it: nil, bool, int, float, text, bytes, array, map.
##
## A [PackedFloat32Array] is written as an array of float32; every other float as float64.

const _DEPTH_MAX: int = 16

var _in: StreamPeerBuffer = StreamPeerBuffer.new()
var _broken: bool = false


## Value to bytes. What MessagePack does not know is written as its text.
static func encode(value: Variant) -> PackedByteArray:
	var out: StreamPeerBuffer = StreamPeerBuffer.new()
	out.big_endian = true
	_put(out, value)
	return out.data_array


## Bytes to a header: an empty dictionary when they are not exactly one map with text keys.
static func decode_map(bytes: PackedByteArray) -> Dictionary:
	var value: Variant = decode(bytes)
	return value if value is Dictionary else {}


## Bytes to a value, null when they are not exactly one value.
static func decode(bytes: PackedByteArray) -> Variant:
	var reader: RefCounted = new()
	return reader.call(&"_read_all", bytes)


static func _put(out: StreamPeerBuffer, value: Variant) -> void:
	match typeof(value):
		TYPE_NIL:
			out.put_u8(0xc0)
		TYPE_BOOL:
			out.put_u8(0xc3 if value else 0xc2)
		TYPE_INT:
			_put_int(out, value)
		TYPE_FLOAT:
			out.put_u8(0xcb)
			out.put_double(value)
		TYPE_PACKED_BYTE_ARRAY:
			var bytes: PackedByteArray = value
			_put_length(out, bytes.size(), -1, 0xc4, 0xc5, 0xc6)
			out.put_data(bytes)
		TYPE_PACKED_FLOAT32_ARRAY:
			var numbers: PackedFloat32Array = value
			_put_length(out, numbers.size(), 0x90, -1, 0xdc, 0xdd)
			for number: float in numbers:
				out.put_u8(0xca)
				out.put_float(number)
		TYPE_ARRAY, TYPE_PACKED_STRING_ARRAY:
			var items: Array = Array(value)
			_put_length(out, items.size(), 0x90, -1, 0xdc, 0xdd)
			for item: Variant in items:
				_put(out, item)
		TYPE_DICTIONARY:
			var map: Dictionary = value
			_put_length(out, map.size(), 0x80, -1, 0xde, 0xdf)
			for key: Variant in map:
				_put(out, str(key))
				_put(out, map[key])
		_:
			var text: PackedByteArray = str(value).to_utf8_buffer()
			_put_length(out, text.size(), 0xa0, 0xd9, 0xda, 0xdb)
			out.put_data(text)


static func _put_int(out: StreamPeerBuffer, value: int) -> void:
	if value >= -32 and value < 128:
		out.put_u8(value & 0xff)
	elif value >= 0:
		if value < 0x100:
			out.put_u8(0xcc)
			out.put_u8(value)
		elif value < 0x10000:
			out.put_u8(0xcd)
			out.put_u16(value)
		elif value < 0x100000000:
			out.put_u8(0xce)
			out.put_u32(value)
		else:
			out.put_u8(0xcf)
			out.put_64(value)
	elif value >= -0x80:
		out.put_u8(0xd0)
		out.put_8(value)
	elif value >= -0x8000:
		out.put_u8(0xd1)
		out.put_16(value)
	elif value >= -0x80000000:
		out.put_u8(0xd2)
		out.put_32(value)
	else:
		out.put_u8(0xd3)
		out.put_64(value)


## Length with the shortest mark; [param fix] and [param mark8] are -1 where the type has none.
static func _put_length(out: StreamPeerBuffer, size: int, fix: int, mark8: int, mark16: int, mark32: int) -> void:
	if fix >= 0 and size < (32 if fix == 0xa0 else 16):
		out.put_u8(fix | size)
	elif mark8 >= 0 and size < 0x100:
		out.put_u8(mark8)
		out.put_u8(size)
	elif size < 0x10000:
		out.put_u8(mark16)
		out.put_u16(size)
	else:
		out.put_u8(mark32)
		out.put_u32(size)


func _read_all(bytes: PackedByteArray) -> Variant:
	_in.big_endian = true
	_in.data_array = bytes
	var value: Variant = _read(0)
	return null if _broken or _in.get_available_bytes() > 0 else value


func _read(depth: int) -> Variant:
	if depth > _DEPTH_MAX or not _has(1):
		return _fail()
	var mark: int = _in.get_u8()
	if mark < 0x80:
		return mark
	if mark < 0x90:
		return _map(mark & 0x0f, depth)
	if mark < 0xa0:
		return _array(mark & 0x0f, depth)
	if mark < 0xc0:
		return _text(mark & 0x1f)
	if mark >= 0xe0:
		return mark - 0x100
	match mark:
		0xc0: return null
		0xc2: return false
		0xc3: return true
		0xc4, 0xc5, 0xc6: return _bytes(_unsigned(1 << (mark - 0xc4)))
		0xca: return _in.get_float() if _has(4) else _fail()
		0xcb: return _in.get_double() if _has(8) else _fail()
		0xcc, 0xcd, 0xce, 0xcf: return _unsigned(1 << (mark - 0xcc))
		0xd0: return _in.get_8() if _has(1) else _fail()
		0xd1: return _in.get_16() if _has(2) else _fail()
		0xd2: return _in.get_32() if _has(4) else _fail()
		0xd3: return _in.get_64() if _has(8) else _fail()
		0xd9, 0xda, 0xdb: return _text(_unsigned(1 << (mark - 0xd9)))
		0xdc, 0xdd: return _array(_unsigned(2 << (mark - 0xdc)), depth)
		0xde, 0xdf: return _map(_unsigned(2 << (mark - 0xde)), depth)
	return _fail()


func _unsigned(size: int) -> int:
	if not _has(size):
		_broken = true
		return 0
	match size:
		1: return _in.get_u8()
		2: return _in.get_u16()
		4: return _in.get_u32()
	return _in.get_64()


func _text(size: int) -> Variant:
	return _in.get_utf8_string(size) if _has(size) else _fail()


func _bytes(size: int) -> Variant:
	return _in.get_data(size)[1] if _has(size) else _fail()


func _array(size: int, depth: int) -> Variant:
	var items: Array = []
	while items.size() < size and not _broken:
		items.append(_read(depth + 1))
	return items


func _map(size: int, depth: int) -> Variant:
	var map: Dictionary = {}
	for _index: int in size:
		var key: Variant = _read(depth + 1)
		if _broken or not key is String:
			return _fail()
		map[key] = _read(depth + 1)
		if _broken:
			break
	return map


func _has(size: int) -> bool:
	return not _broken and _in.get_available_bytes() >= size


func _fail() -> Variant:
	_broken = true
	return null
