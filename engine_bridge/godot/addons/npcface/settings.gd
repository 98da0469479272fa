@tool
extends RefCounted
## The project settings of npcface: one table, used by the game and by the editor.

## Where the daemon listens.
const ADDRESS: StringName = &"npcface/connection/address"
## Word the daemon asks for when it listens on other addresses than loopback.
const TOKEN: StringName = &"npcface/connection/token"
## The npcface program: a name found in PATH, or a path. The environment variable NPCFACE_COMMAND wins.
const COMMAND: StringName = &"npcface/daemon/command"
## Folder of characters for a daemon that the game or the editor starts; empty is npcface's own store.
const CHARACTERS: StringName = &"npcface/daemon/characters"
## Whether the game starts a daemon of its own.
const AUTOSTART: StringName = &"npcface/daemon/autostart"

const _DEFAULTS: Dictionary[StringName, Variant] = {
	ADDRESS: "tcp://127.0.0.1:5747",
	TOKEN: "",
	COMMAND: "npcface",
	CHARACTERS: "",
	AUTOSTART: false,
}
const _HINTS: Dictionary[StringName, Array] = {
	ADDRESS: [PROPERTY_HINT_NONE, "tcp://HOST:PORT, or ipc:///PATH from Godot 4.6 on"],
	COMMAND: [PROPERTY_HINT_GLOBAL_FILE, ""],
	CHARACTERS: [PROPERTY_HINT_GLOBAL_DIR, ""],
}


## Value of a setting, or its default.
static func value(key: StringName) -> Variant:
	return ProjectSettings.get_setting(key, _DEFAULTS[key])


## Make the settings visible in the project settings; values that were changed stay.
static func register() -> void:
	for key: StringName in _DEFAULTS:
		if not ProjectSettings.has_setting(key):
			ProjectSettings.set_setting(key, _DEFAULTS[key])
		ProjectSettings.set_initial_value(key, _DEFAULTS[key])
		ProjectSettings.set_as_basic(key, true)
		var hint: Array = _HINTS.get(key, [PROPERTY_HINT_NONE, ""])
		ProjectSettings.add_property_info(
			{"name": key, "type": typeof(_DEFAULTS[key]), "hint": hint[0], "hint_string": hint[1]}
		)


## Take away those that still have their default.
static func unregister() -> void:
	for key: StringName in _DEFAULTS:
		if ProjectSettings.has_setting(key) and ProjectSettings.get_setting(key) == _DEFAULTS[key]:
			ProjectSettings.set_setting(key, null)


## The npcface program.
static func command() -> String:
	var given: String = OS.get_environment("NPCFACE_COMMAND")
	return given if given else str(value(COMMAND))


## Folder of characters, by the same rules as npcface itself.
static func store() -> String:
	var chosen: String = value(CHARACTERS)
	if chosen:
		return ProjectSettings.globalize_path(chosen)
	if OS.get_environment("NPCFACE_CHARACTERS"):
		return OS.get_environment("NPCFACE_CHARACTERS")
	if OS.get_environment("NPCFACE_HOME"):
		return OS.get_environment("NPCFACE_HOME").path_join("characters")
	var data: String = OS.get_environment("LOCALAPPDATA") if OS.get_name() == "Windows" else OS.get_data_dir()
	return data.path_join("npcface/characters")


## Arguments that name the store, none while npcface's own rules hold.
static func store_arguments(option: String) -> PackedStringArray:
	return PackedStringArray([option, store()]) if value(CHARACTERS) else PackedStringArray()
