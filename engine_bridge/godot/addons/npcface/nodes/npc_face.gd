@icon("../icons/face.svg")
@tool
class_name NpcFace
extends Node
## A face that speaks: give it a character, show its [member texture] anywhere.
##
## [NpcFaceTextureRect], [NpcFaceSprite2D] and [NpcFaceMesh3D] show it for you; any material or shader can, too. The
## texture is one [ImageTexture] for the node's whole life, updated in place.
##
## [codeblock]
## $NpcFace.say([["HH", 0.0], ["AH", 0.06], ["L", 0.14], ["OW", 0.22, 0.5]])
## await $NpcFace.spoke
## [/codeblock]
##
## Nothing here waits or throws: what cannot be done is told by [signal failed].

const _Channels := preload("../wire/channels.gd")
const _Line := preload("../speech/line.gd")
const _Letters := preload("../speech/letters.gd")
const _Messages := preload("../wire/messages.gd")
const _Payload := preload("../wire/payload.gd")
const _Options := preload("npc_face_options.gd")
const _Pixels := preload("../wire/pixels.gd")
const _Stream := preload("../net/stream.gd")

## The daemon shows the character, for the first time or again after it was restarted.
signal connected
## A new texture is there.
signal frame_ready(texture: ImageTexture)
## The first frame of a line is there: start its sound now.
signal line_started
## A line is over; also when it could not be spoken, after [signal failed], so that a dialogue that waits goes on.
signal spoke
## The daemon draws it better or less well from now on: level (0 as opened), fps, quality, width, height, reason.
signal level_changed(level: Dictionary)
## What was given, what is wrong with it, and what to do. Codes are the protocol's: character, state, limit ...
signal failed(code: String, cause: String, remedy: String)

## What is behind the head.
enum Background {
	PORTRAIT,  ## The portrait's own.
	TRANSPARENT,  ## Nothing.
	COLOR,  ## [member background_color].
}

## Id of a character in the daemon's store.
@export var character: String = "":
	set(value):
		character = value
		_reopen_soon()
## Pixels of a side of the texture.
@export_range(64, 512, 16) var size: int = 256:
	set(value):
		size = value
		_reopen_soon()
## Textures a second while it speaks, plays or idles.
@export_range(1.0, 120.0, 1.0) var fps: float = 30.0:
	set(value):
		fps = value
		_reopen_soon()
## What is behind the head.
@export var background: Background = Background.PORTRAIT:
	set(value):
		background = value
		_reopen_soon()
## Colour behind the head for [constant Background.COLOR].
@export var background_color: Color = Color.BLACK:
	set(value):
		background_color = value
		_reopen_soon()
## [code]warp[/code] bends the portrait: fast; [code]neural[/code]: a network draws it; [code]auto[/code]: the daemon's.
@export_enum("auto", "warp", "neural") var quality: String = "auto":
	set(value):
		quality = value
		_reopen_soon()
## bc1 (no alpha) and bc3 are blocks: less memory. auto chooses by background, and rgba8 where the GPU takes none.
@export_enum("rgba8", "bc1", "bc3", "auto") var format: String = "rgba8":
	set(value):
		format = value
		_reopen_soon()
## Of [code]rgba8[/code] only what has changed is sent, for a daemon on another machine; the texture is whole.
@export var partial: bool = false:
	set(value):
		partial = value
		_reopen_soon()
## Textures carry an invisible mark that [code]npcface detect[/code] finds.
@export var watermark: bool = false:
	set(value):
		watermark = value
		_reopen_soon()
## A portrait whose rights are not stated says so in its texture for some seconds; off: the game tells the player itself.
@export var rights_notice: bool = true:
	set(value):
		rights_notice = value
		_reopen_soon()
## To the player, 0 far away to 1 near: who is drawn less well first when the daemon is busy. Set it by distance.
@export_range(0.0, 1.0) var importance: float = 0.5:
	set(value):
		importance = value
		if _stream != null:
			_stream.adjust(clampf(value, 0.0, 1.0))
## Pixels of a side the texture may become when the daemon is busy, from 64 up to [member size]; 0: never smaller.
@export_range(0, 512, 16) var size_min: int = 0:
	set(value):
		size_min = value
		_reopen_soon()
## Colours multiplied by alpha, for a [CanvasItemMaterial] with premultiplied blending.
@export var premultiplied: bool = false:
	set(value):
		premultiplied = value
		_reopen_soon()
## Blink, breathe and look about as long as nobody drives it.
@export var idle_life: bool = true
## Each seed is another temper of idle life; 0 takes one from the node's name.
@export var idle_seed: int = 0

## Which connection to use; empty is the autoload [code]NpcFaceServer[/code].
var service: NpcFaceService = null
## The face. Always the same object; 1x1 and clear until the first frame.
var texture: ImageTexture = ImageTexture.create_from_image(Image.create_empty(1, 1, false, Image.FORMAT_RGBA8))
## The last frame, for saving or for a test; of blocks a compressed image.
var image: Image = null
## Header of the last frame: sequence, time_s, dropped and more.
var frame: Dictionary = {}
## What the daemon made of [member quality]: warp or neural; "" until it is connected.
var given_quality: String = ""

const _PATIENCE_S: float = 2.0  # longer than its line nobody waits for a daemon that is not there

enum _Mode { NONE, STATE, LANDMARKS, IDLE, SPEECH, TIMELINE }

var _stream: _Stream = null
var _mode: _Mode = _Mode.NONE
var _line: _Line = null
var _driven: Dictionary[String, float] = {}
var _gaze: Dictionary[String, float] = {}
var _feeling: Array = []
var _sequence: int = 0
var _reopening: bool = false


func _ready() -> void:
	_open()


func _exit_tree() -> void:
	_close()


func _enter_tree() -> void:
	if is_node_ready():
		_open()


func _get_configuration_warnings() -> PackedStringArray:
	return ["Choose a character: an id in the daemon's store, such as 'ada'."] if character.is_empty() else []


#region Speaking

## Speak phonemes: [code]["AH", start_s][/code] or [code]["AH", start_s, end_s][/code] each, or dictionaries with
## symbol, start and end. [param alphabet]: auto, ipa, arpabet, oculus (visemes) or rhubarb. A new line takes over at
## once. False if the line is malformed; [signal failed] says where.
func say(phonemes: Array, alphabet: String = "auto") -> bool:
	var line: _Line = _Line.new(phonemes, alphabet)
	if line.problem:
		return _fail("state", line.problem, "Times are seconds from the start of the line.")
	if not alphabet in _Messages.ALPHABETS:
		return _fail(
			"state", "There is no alphabet '%s'." % alphabet, "Use one of %s." % ", ".join(_Messages.ALPHABETS)
		)
	_line = line
	_mode = _Mode.SPEECH
	_send_line(line.phonemes)
	if is_inside_tree():
		get_tree().create_timer(line.seconds() + _PATIENCE_S).timeout.connect(_give_up.bind(line))
	return true


## Move the mouth to English text without a voice, by a guess from its spelling, and return how long that takes in
## seconds (0 if there is nothing to say). A voice that knows its phonemes should use [method say].
func say_text(text: String, speed: float = 1.0) -> float:
	if not is_finite(speed) or speed < 0.25 or speed > 4.0:
		_fail("state", "speed is %s." % speed, "Use 0.25 to 4; 1 is a natural pace.")
		return 0.0
	var phonemes: Array = _Letters.phonemes(text, speed)
	if phonemes.is_empty():
		_fail("state", "There is nothing to say in '%s'." % text.left(40), "English letters and digits can be spoken.")
		return 0.0
	if phonemes.size() > _Line.PHONEMES_MAX:
		_fail("limit", "The text has %d characters." % text.length(), "Speak it paragraph by paragraph.")
		return 0.0
	say(phonemes, "arpabet")
	return _line.seconds()


## Begin a line whose sounds are not known yet, such as of a voice that is being made; then call [method say_more].
func say_live(alphabet: String = "auto") -> void:
	_line = _Line.new([], alphabet)
	_mode = _Mode.SPEECH
	_send_line([], false)


## Further sounds of a line begun with [method say_live], best 0.14 s before they are heard; times from its start.
func say_more(phonemes: Array, final: bool = false) -> bool:
	var piece: _Line = _Line.new(phonemes)
	if piece.problem:
		return _fail("state", piece.problem, "Times are seconds from the start of the line.")
	if _mode != _Mode.SPEECH or _line == null or _stream == null:
		return _fail("state", "No line is being spoken.", "Begin one with say_live().")
	_line.phonemes.append_array(piece.phonemes)
	var options: Dictionary = {"alphabet": _line.alphabet, "begin": false, "final": final, "then": _then()}
	_stream.send(_Messages.speech(_stream.number, piece.phonemes, options))
	return true


## Whether a line is being spoken.
func is_speaking() -> bool:
	return _mode == _Mode.SPEECH

#endregion

#region Driving

## Show a tracker's or an animation's face: channel name → number, in ARKit's, Live Link Face's or XRFaceTracker's
## names ([code]wire/channels.gd[/code] has the table); what is not named is at rest. One frame comes back for it.
func drive_arkit(channels: Dictionary) -> bool:
	var read: Dictionary = _Channels.read(channels)
	if read["problem"]:
		return _fail("state", str(read["problem"]), "Left and right are the subject's, angles are degrees.")
	_driven = read["face"]
	_mode = _Mode.STATE
	_send_state()
	return true


## Show what an [XRFaceTracker] sees, such as [code]XRServer.get_tracker(&"/user/face_tracker")[/code].
func drive_xr(tracker: XRFaceTracker) -> bool:
	return drive_arkit(_Channels.of_tracker(tracker))


## Show a face tracker's points: 478 of MediaPipe or 68 of iBUG, as [PackedVector2Array] or [PackedVector3Array], in
## pixels of an image of [param image_size], y down. [param absolute] copies the tracked face's shape, too.
func drive_landmarks(points: Variant, image_size: Vector2i, absolute: bool = false) -> bool:
	var payload: PackedByteArray = _Payload.points(points)
	if payload.is_empty():
		return _fail(
			"state", "Points are %s; expected 478 or 68 as PackedVector2Array or PackedVector3Array, all finite."
			% _Payload.described(points), "Leave out frames in which tracking was lost."
		)
	_mode = _Mode.LANDMARKS
	_sequence += 1
	if _stream != null:
		var dims: int = 2 if points is PackedVector2Array else 3
		var count: int = payload.size() / 4 / dims
		_stream.send(_Messages.landmarks(_stream.number, _sequence, count, dims, image_size, absolute), payload)
	return true


## Play recorded faces: one dictionary of channels a frame, at [param rate] frames a second; then idle life.
func play(frames: Array[Dictionary], rate: float = 30.0) -> bool:
	var rows: PackedFloat32Array = PackedFloat32Array()
	var names: Array = _channel_names()
	for row: Dictionary in frames:
		var read: Dictionary = _Channels.read(row)
		if read["problem"]:
			return _fail("state", str(read["problem"]), "Each frame is a dictionary as for drive_arkit().")
		rows.append_array(_Payload.values(read["face"], names))
	if _stream == null or not _stream.is_open or frames.is_empty():
		return _fail("session", "Nothing can be played yet.", "Wait for connected, and give at least one frame.")
	_mode = _Mode.TIMELINE
	_stream.send(
		_Messages.timeline(_stream.number, frames.size(), rate, {"then": _then()}), rows.to_byte_array(), _on_driven
	)
	return true


## Turn the eyes: degrees, + to the subject's left and up, as in ARKit. True if it shows now. While a line is spoken
## the daemon moves the eyes; then this is kept for the next driven face. Ends idle life; [method idle] brings it back.
func look_at(yaw_degrees: float, pitch_degrees: float) -> bool:
	if not is_finite(yaw_degrees) or not is_finite(pitch_degrees):
		return _fail("state", "The gaze is %s, %s." % [yaw_degrees, pitch_degrees], "Use finite degrees.")
	_gaze = {"gazeYaw": yaw_degrees, "gazePitch": pitch_degrees}
	if _mode == _Mode.SPEECH or _mode == _Mode.TIMELINE:
		return false
	_mode = _Mode.STATE
	_send_state()
	return true


## Look ahead again, that is, where the driven face looks.
func look_ahead() -> void:
	_gaze = {}
	if _mode == _Mode.STATE:
		_send_state()


## Lay a feeling over speech and idle life; it stays. [method NpcFaceService.emotions] names them; 0.3 to 0.7 looks
## like people, 0 takes it away.
func emotion(feeling: String, strength: float = 0.6) -> void:
	_feeling = [feeling, clampf(strength, 0.0, 1.0)]
	_send_feeling()


## Blink, breathe and look about.
func idle() -> void:
	_mode = _Mode.IDLE
	if _stream != null:
		_stream.send(_Messages.idle(_stream.number, _seed()), PackedByteArray(), _on_driven)


## Hold still: no more frames until it is driven again.
func stop() -> void:
	_mode = _Mode.NONE
	if _line != null:
		_finish_line()
	if _stream != null:
		_stream.send(_Messages.of_stream("stop", _stream.number), PackedByteArray(), _on_driven)

#endregion


## Whether the daemon shows the character now.
func is_connected_to_daemon() -> bool:
	return _stream != null and _stream.is_open


#region Stream

func _open() -> void:
	_close()
	if character.is_empty() or (Engine.is_editor_hint() and service == null):
		return
	if size < 64 or size > 512 or size % 16 != 0:
		_fail("state", "size is %d; expected 64 to 512 in steps of 16." % size, "256 is a good size.")
		return
	if not is_instance_valid(service):
		service = NpcFaceService.of(self)
	_stream = service.session.add_stream(character, _Options.of(self))
	_stream.opened.connect(_on_opened)
	_stream.frame_came.connect(_on_frame)
	_stream.level_changed.connect(level_changed.emit)
	_stream.ended.connect(_on_ended)
	_stream.lost.connect(_on_lost)
	_stream.failed.connect(_on_failed)


func _close() -> void:
	if _stream != null and is_instance_valid(service):  # it may have left the tree before us
		service.session.remove_stream(_stream)
	_stream = null
	given_quality = ""


func _reopen_soon() -> void:
	update_configuration_warnings()
	if is_node_ready() and is_inside_tree() and not _reopening:
		_reopening = true
		_reopen.call_deferred()


func _reopen() -> void:
	_reopening = false
	if is_inside_tree():
		_open()


func _on_opened(header: Dictionary) -> void:
	given_quality = header.get("quality", "warp")
	if not _feeling.is_empty():
		_send_feeling()
	match _mode:
		_Mode.SPEECH:
			_resume()
		_Mode.STATE, _Mode.LANDMARKS:
			_send_state()
		_:
			_rest()
	connected.emit()


## After a reconnect, go on where the voice is by now.
func _resume() -> void:
	var elapsed_s: float = (Time.get_ticks_msec() - _line.began_ms) / 1000.0 if _line.began_ms >= 0 else 0.0
	var rest: Array = _line.rest(elapsed_s)
	if rest.is_empty():
		_finish_line()
		_rest()
	else:
		_send_line(rest)


## Idle life, or one frame at rest.
func _rest() -> void:
	if idle_life:
		idle()
	else:
		_mode = _Mode.STATE
		_send_state()


func _on_frame(header: Dictionary, pixels: PackedByteArray) -> void:
	frame = header
	image = _Pixels.image(header, pixels)
	_Pixels.show(image, texture)
	if _line != null and _line.accepted and _line.began_ms < 0:
		_line.began_ms = Time.get_ticks_msec()
		line_started.emit()
	frame_ready.emit(texture)


func _on_ended(header: Dictionary) -> void:
	if _mode == _Mode.SPEECH and _line.accepted and header.get("what") == "speech":
		_finish_line()
	elif _mode == _Mode.TIMELINE and header.get("what") == "timeline":
		_mode = _Mode.IDLE if idle_life else _Mode.NONE


func _finish_line() -> void:
	_line = null
	if _mode == _Mode.SPEECH:
		_mode = _Mode.IDLE if idle_life else _Mode.NONE
	spoke.emit()


func _on_lost(_cause: String) -> void:
	if _line != null:
		_line.accepted = false


func _on_failed(code: String, cause: String, remedy: String) -> void:
	_fail(code, cause, remedy)
	if _line != null and _stream != null and not _stream.is_open:
		_finish_line()


func _give_up(line: _Line) -> void:
	if _line == line and not line.accepted:
		_finish_line()


func _on_line_answered(reply: Dictionary, line: _Line) -> void:
	line.accepted = not _Messages.is_error(reply)
	_on_driven(reply)
	if not line.accepted and _line == line and reply.get("code") != "lost":
		_finish_line()


func _on_driven(reply: Dictionary) -> void:
	if _Messages.is_error(reply) and reply["code"] != "lost":
		_fail(str(reply["code"]), str(reply["cause"]), str(reply["remedy"]))

#endregion

#region Sending

func _send_line(phonemes: Array, final: bool = true) -> void:
	if _stream != null:
		var options: Dictionary = {"alphabet": _line.alphabet, "final": final, "then": _then(), "seed": _seed()}
		_stream.send(
			_Messages.speech(_stream.number, phonemes, options), PackedByteArray(), _on_line_answered.bind(_line)
		)


func _send_state() -> void:
	if _stream == null or not _stream.is_open:
		return
	_sequence += 1
	var face: Dictionary[String, float] = _driven.duplicate()
	face.merge(_gaze, true)
	_stream.send(_Messages.state(_stream.number, _sequence, _Payload.values(face, _channel_names())))


func _send_feeling() -> void:
	if _stream != null:
		_stream.send(
			_Messages.emotion(_stream.number, str(_feeling[0]), float(_feeling[1])), PackedByteArray(), _on_driven
		)


func _channel_names() -> Array:
	return service.session.welcome.get("channels", []) if is_instance_valid(service) else []


func _then() -> String:
	return "idle" if idle_life else "stop"


func _seed() -> int:
	return idle_seed if idle_seed > 0 else str(name).hash() & 0xffff


func _fail(code: String, cause: String, remedy: String) -> bool:
	if not Engine.is_editor_hint():
		push_warning("npcface: %s: %s %s" % [name, cause, remedy])
	failed.emit(code, cause, remedy)
	return false
#endregion
