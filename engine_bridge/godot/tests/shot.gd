extends Node
## Draws a sample scene with real pixels and saves a screenshot; needs a screen (Xvfb is enough).
##
## [code]godot --path . res://tests/shot.tscn -- SCENE out=FOLDER[/code] writes shot.png and shot.json: where each face
## lies on it. With drive=1 the dialogue's faces are driven to one known face, whose frame the test asks the daemon for.

const DRIVEN: Dictionary = {"jawOpen": 0.5, "mouthSmileLeft": 0.5, "headYaw": 8.0}

var _options: Dictionary[String, String] = {}


func _ready() -> void:
	var arguments: PackedStringArray = OS.get_cmdline_user_args()
	for argument: String in arguments.slice(1):
		_options[argument.get_slice("=", 0)] = argument.substr(argument.find("=") + 1)
	var scene: Node = (load(arguments[0]) as PackedScene).instantiate()
	get_tree().root.add_child.call_deferred(scene)
	await scene.ready
	var faces: Array[NpcFace] = []
	for node: Node in scene.find_children("NpcFace", "NpcFace", true, false):
		faces.append(node as NpcFace)
	while faces.any(func(one: NpcFace) -> bool: return one.image == null):
		await get_tree().process_frame
	await get_tree().create_timer(float(_options.get("after_s", "1.0"))).timeout
	if _options.has("drive"):
		scene.set(&"goes_on", false)
		for one: NpcFace in faces:
			await _drive(one)
	await RenderingServer.frame_post_draw
	_save(faces)
	get_tree().quit()


## Wait for the frame that belongs to the driven state: lock-step frames carry the state's own sequence number.
func _drive(one: NpcFace) -> void:
	one.drive_arkit(DRIVEN)
	var want: int = one.get(&"_sequence")
	while one.frame.get("sequence") != want or one.is_speaking():
		await one.frame_ready
	await get_tree().create_timer(0.3).timeout


func _save(faces: Array[NpcFace]) -> void:
	var folder: String = _options["out"]
	get_viewport().get_texture().get_image().save_png(folder.path_join("shot.png"))
	var places: Array[Dictionary] = []
	for one: NpcFace in faces:
		var place: Dictionary = {"character": one.character, "quality": one.given_quality}
		var rect: TextureRect = one.get_parent() as TextureRect
		if rect != null:
			var at: Rect2 = rect.get_global_rect()
			place["rect"] = [at.position.x, at.position.y, at.size.x, at.size.y]
		places.append(place)
	var file: FileAccess = FileAccess.open(folder.path_join("shot.json"), FileAccess.WRITE)
	file.store_string(JSON.stringify(places))
