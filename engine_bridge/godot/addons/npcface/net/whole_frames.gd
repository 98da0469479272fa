extends RefCounted
## The last texture of every stream whose frames may be parts. Parts are put in as they come, on the receive thread, so
## that none is missing when a newer one replaces it before the game looks.

const Pixels := preload("../wire/pixels.gd")

var _mutex: Mutex = Mutex.new()
var _last: Dictionary[int, Image] = {}


## Whether parts of a stream may come from now on; what was kept of it is forgotten. Called by the main thread.
func expect(stream: int, partial: bool) -> void:
	_mutex.lock()
	if partial:
		_last[stream] = null
	else:
		_last.erase(stream)
	_mutex.unlock()


## All pixels of a frame that fits its header; none if it is a part and the rest is not here.
func complete(header: Dictionary, payload: PackedByteArray) -> PackedByteArray:
	var stream: int = header["stream"]
	_mutex.lock()
	var expected: bool = _last.has(stream)
	var last: Image = _last.get(stream)
	_mutex.unlock()
	if not Pixels.is_part(header):
		if expected and header.get("format", "rgba8") == "rgba8":
			_keep(stream, Pixels.image(header, payload))
		return payload
	var place: Rect2i = Pixels.part(header)
	if last == null or last.get_size() != Vector2i(header["width"], header["height"]):
		return PackedByteArray()
	var piece: Image = Image.create_from_data(place.size.x, place.size.y, false, Image.FORMAT_RGBA8, payload)
	last.blit_rect(piece, Rect2i(Vector2i.ZERO, place.size), place.position)
	return last.get_data()


func _keep(stream: int, whole: Image) -> void:
	_mutex.lock()
	if _last.has(stream):
		_last[stream] = whole
	_mutex.unlock()
