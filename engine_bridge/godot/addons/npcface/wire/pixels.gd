extends RefCounted
## What lies in a frame's payload: pixels or blocks of 4 x 4 pixels, the whole texture or a part of it.

const _SIDE_MAX: int = 4096
const _BLOCK_SIDE: int = 4
const _FORMATS: Dictionary[String, Image.Format] = {
	"rgba8": Image.FORMAT_RGBA8, "bc1": Image.FORMAT_DXT1, "bc3": Image.FORMAT_DXT5,
}


## Bytes that come with a frame; -1 if its header describes none that can be.
static func bytes(header: Dictionary) -> int:
	var width: Variant = header.get("width")
	var height: Variant = header.get("height")
	var format: Variant = header.get("format", "rgba8")
	if not (width is int and height is int and format is String and format in _FORMATS):
		return -1
	if mini(width, height) < 1 or maxi(width, height) > _SIDE_MAX:
		return -1
	if format != "rgba8":
		var whole: bool = width % _BLOCK_SIDE == 0 and height % _BLOCK_SIDE == 0 and not is_part(header)
		return width * height / (2 if format == "bc1" else 1) if whole else -1
	var place: Rect2i = part(header)
	return place.size.x * place.size.y * 4 if place.has_area() else -1


## Whether only a part of the texture came.
static func is_part(header: Dictionary) -> bool:
	return not header.get("part", []) is Array or not (header.get("part", []) as Array).is_empty()


## Where in the texture the pixels belong; without an area if that is not in it.
static func part(header: Dictionary) -> Rect2i:
	var whole: Rect2i = Rect2i(0, 0, header["width"], header["height"])
	if not is_part(header):
		return whole
	var numbers: Variant = header["part"]
	if not numbers is Array or (numbers as Array).size() != 4:
		return Rect2i()
	for number: Variant in numbers as Array:
		if not number is int or number < 0 or number > _SIDE_MAX:
			return Rect2i()
	var place: Rect2i = Rect2i(numbers[0], numbers[1], numbers[2], numbers[3])
	return place if place.has_area() and whole.encloses(place) else Rect2i()


## The picture of a frame whose pixels are all there.
static func image(header: Dictionary, pixels: PackedByteArray) -> Image:
	var format: Image.Format = _FORMATS[header.get("format", "rgba8")]
	return Image.create_from_data(header["width"], header["height"], false, format, pixels)


## Update a texture in place; it is made anew only when size or format have changed.
static func show(picture: Image, texture: ImageTexture) -> void:
	if Vector2i(texture.get_size()) == picture.get_size() and texture.get_format() == picture.get_format():
		texture.update(picture)
	else:
		texture.set_image(picture)


## The format to ask for: [code]auto[/code] is blocks where the GPU takes them, of the kind that the background needs.
static func format_of(wanted: String, transparent: bool) -> String:
	if wanted != "auto":
		return wanted
	if not RenderingServer.has_os_feature("s3tc"):
		return "rgba8"
	return "bc3" if transparent else "bc1"
