@tool
extends EditorPlugin
## Switches the addon on and off: project settings and the autoload with the plugin, the dock with the editor.

const Dock := preload("editor/dock.gd")
const Settings := preload("settings.gd")

const _AUTOLOAD: String = "NpcFaceServer"

var _dock: Dock = null


func _enable_plugin() -> void:
	add_autoload_singleton(_AUTOLOAD, "nodes/npc_face_service.gd")


func _disable_plugin() -> void:
	remove_autoload_singleton(_AUTOLOAD)
	Settings.unregister()


func _enter_tree() -> void:
	Settings.register()
	_dock = Dock.new()
	_dock.name = "npcface"
	add_control_to_dock(EditorPlugin.DOCK_SLOT_LEFT_UR, _dock)


func _exit_tree() -> void:
	remove_control_from_docks(_dock)
	_dock.queue_free()
	_dock = null
