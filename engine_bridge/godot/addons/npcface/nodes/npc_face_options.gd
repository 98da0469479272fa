extends RefCounted
## What a face asks for when its stream is opened: the fields of the protocol's [code]open[/code].

const _Pixels := preload("../wire/pixels.gd")


## Of one face.
static func of(face: NpcFace) -> Dictionary:
	var color: Color = face.background_color
	var transparent: bool = face.background == NpcFace.Background.TRANSPARENT
	var behind: Variant = "transparent" if transparent else "portrait"
	if face.background == NpcFace.Background.COLOR:
		behind = [color.r8, color.g8, color.b8]
	return {
		"size": face.size, "fps": face.fps, "quality": face.quality, "background": behind,
		"format": _Pixels.format_of(face.format, transparent), "partial": face.partial,
		"alpha": "premultiplied" if face.premultiplied else "straight",
		"importance": clampf(face.importance, 0.0, 1.0), "size_min": face.size_min if face.size_min >= 64 else null,
		"watermark": face.watermark, "notice": face.rights_notice,
	}
