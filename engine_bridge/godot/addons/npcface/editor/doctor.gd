@tool
extends AcceptDialog
## What [code]npcface doctor[/code] finds on this machine.

const ChildProcess := preload("../net/child_process.gd")
const Daemon := preload("../net/daemon.gd")
const Settings := preload("../settings.gd")
const Style := preload("style.gd")

const _COLORS: Dictionary[String, Color] = {"ok": Style.GOOD, "warning": Style.WAIT, "error": Style.BAD}

## The findings, as text for people.
var text: RichTextLabel = RichTextLabel.new()

var _process_: ChildProcess = null


func _init() -> void:
	title = "npcface doctor"
	text.selection_enabled = true
	text.custom_minimum_size = Vector2(Style.px(560), Style.px(320))
	add_child(text)


func _exit_tree() -> void:
	if _process_ != null:
		_process_.stop()
		_process_ = null


func _process(_delta: float) -> void:
	if _process_ != null:
		_process_.poll()


## Run it and show what it says.
func examine() -> void:
	popup_centered()
	if _process_ != null:
		return
	text.text = "Examining this machine ..."
	_process_ = ChildProcess.new()
	_process_.finished.connect(_on_finished)
	var problem: String = _process_.start(Settings.command(), ["doctor", "--json"])
	if problem:
		_process_ = null
		text.text = "%s %s" % [problem, Daemon.not_found_remedy()]


func _on_finished(exit_code: int) -> void:
	var ended: ChildProcess = _process_
	_process_ = null
	text.clear()
	var parsed: Variant = JSON.parse_string(ended.output) if ended.output.begins_with("{") else null
	if not parsed is Dictionary or not (parsed as Dictionary).has("findings"):
		if ended.was_not_found(exit_code):
			text.add_text("There is no program '%s'. %s" % [Settings.command(), Daemon.not_found_remedy()])
		else:
			text.add_text("npcface doctor ended with exit code %d.\n%s" % [exit_code, ended.errors])
		return
	for finding: Dictionary in parsed["findings"]:
		var severity: String = finding.get("severity", "")
		text.push_color(_COLORS.get(severity, Color.WHITE))
		text.add_text("%s  " % severity)
		text.pop()
		text.add_text("%s: %s\n" % [finding.get("check"), finding.get("finding")])
		for key: String in ["cause", "fix"]:
			if str(finding.get(key, "")):
				text.add_text("    %s\n" % finding[key])
