extends RefCounted
## A daemon of the game's own: started as a child process on a free port, ended with the game.

const ChildProcess := preload("child_process.gd")
const Settings := preload("../settings.gd")

## It listens at this address.
signal ready(address: String)
## It could not start, or it ended by itself.
signal failed(code: String, cause: String, remedy: String)

const _READY: String = "npcface-ready "

var _process: ChildProcess = null
var _is_ready: bool = false


## Start it, unless it runs. Port 0 is any free one.
func start(port: int = 0) -> void:
	if is_running():
		return
	_is_ready = false
	_process = ChildProcess.new()
	_process.printed.connect(_on_printed)
	_process.finished.connect(_on_finished)
	var arguments: PackedStringArray = ["serve", "--port", str(port)]
	OS.set_environment("NPCFACE_PARENT_PID", str(OS.get_process_id()))  # it ends when this process does, on Windows too
	var problem: String = _process.start(Settings.command(), arguments + Settings.store_arguments("--characters"), true)
	if problem:
		_process = null
		failed.emit("dependency", problem, not_found_remedy())


## End it.
func stop() -> void:
	if _process != null:
		_process.stop()
		_process = null


## Whether it runs.
func is_running() -> bool:
	return _process != null and _process.pid != 0


## Read what it prints.
func poll() -> void:
	if _process != null:
		_process.poll()


## What to do when there is no npcface program.
static func not_found_remedy() -> String:
	return (
		"Install it ('pip install npcface'), or put the whole path of the npcface program into the project setting %s."
		% Settings.COMMAND
	)


func _on_printed(line: String) -> void:
	if line.begins_with(_READY):
		_is_ready = true
		ready.emit(line.get_slice(" ", 1))


func _on_finished(exit_code: int) -> void:
	var ended: ChildProcess = _process
	_process = null
	if ended == null:
		return
	if ended.was_not_found(exit_code):
		failed.emit("dependency", "There is no program '%s'." % Settings.command(), not_found_remedy())
		return
	var said: String = ended.errors.strip_edges()
	failed.emit(
		"daemon",
		"The daemon %s with exit code %d: %s" % ["ended" if _is_ready else "did not start and ended", exit_code, said],
		"Correct what it says, then call start_daemon() again." if said else "Run 'npcface serve' in a terminal."
	)
