@tool
extends ItemList
## The characters of the daemon's store, with the icons of their folders.

const Settings := preload("../settings.gd")
const Style := preload("style.gd")

const _FACE: String = "res://addons/npcface/icons/face.svg"

## Somebody was chosen.
signal chosen(id: String)

var _loaded: Dictionary[String, bool] = {}


func _init() -> void:
	icon_mode = ItemList.ICON_MODE_TOP
	max_columns = 0
	same_column_width = true
	fixed_icon_size = Vector2i(Style.px(56), Style.px(56))
	fixed_column_width = Style.px(76)
	item_selected.connect(_on_item_selected)


## Ask the daemon again.
func refresh(service: NpcFaceService) -> void:
	var found: Array[Dictionary] = await service.list_characters()
	var before: String = selected_id()
	clear()
	_loaded.clear()
	for one: Dictionary in found:
		_add(one)
	if found.is_empty():
		add_item("Nobody yet: drop a portrait here", null, false)
	elif not choose(before):
		choose(str(found[0]["id"]))


## Choose by id; false if there is no such character.
func choose(id: String) -> bool:
	for index: int in item_count:
		if get_item_metadata(index) == id and not is_item_disabled(index):
			select(index)
			ensure_current_is_visible()
			chosen.emit(id)
			return true
	return false


## Id of the chosen character, "" if nobody is chosen.
func selected_id() -> String:
	var selected: PackedInt32Array = get_selected_items()
	return str(get_item_metadata(selected[0])) if not selected.is_empty() else ""


## Whether the daemon had the character in memory when the list came.
func is_loaded(id: String) -> bool:
	return _loaded.get(id, false)


func _add(one: Dictionary) -> void:
	var id: String = one["id"]
	var error: String = one["error"]
	var title: String = one["name"] if one["name"] else id
	var index: int = add_item(title, _icon(id))
	set_item_metadata(index, id)
	set_item_tooltip(index, "%s: %s" % [id, error if error else "double-click copies the id"])
	set_item_disabled(index, not error.is_empty())
	_loaded[id] = one["loaded"]


func _icon(id: String) -> Texture2D:
	var path: String = Settings.store().path_join(id).path_join("icon.png")
	if FileAccess.file_exists(path):  # the daemon may run elsewhere
		var picture: Image = Image.load_from_file(path)
		if picture != null:
			return ImageTexture.create_from_image(picture)
	return load(_FACE) as Texture2D  # not preload: at a project's very first start pictures are not imported yet


func _on_item_selected(index: int) -> void:
	chosen.emit(str(get_item_metadata(index)))


func _gui_input(event: InputEvent) -> void:
	var click: InputEventMouseButton = event as InputEventMouseButton
	if click != null and click.double_click and selected_id():
		DisplayServer.clipboard_set(selected_id())
