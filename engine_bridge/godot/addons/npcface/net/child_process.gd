extends RefCounted
## A program that runs beside the game: what it prints is collected without waiting, its end is noticed.
##
## Arguments go to the program as they are, not through a shell.

const _ERRORS_KEPT: int = 8000  # characters
## Runs "$@" and ends it when process $0 is gone: a game that is killed, as by the editor's stop button, leaves nothing.
const _TIED: String = """
"$@" & child=$!
trap 'kill -TERM $child 2>/dev/null; wait $child; exit' TERM INT
while kill -0 "$0" 2>/dev/null && kill -0 $child 2>/dev/null; do sleep 0.5 & wait $!; done
kill -TERM $child 2>/dev/null
wait $child
"""

## A line came on its standard output.
signal printed(line: String)
## It has ended.
signal finished(exit_code: int)

## Everything on its standard output.
var output: String = ""
## The last of its standard error.
var errors: String = ""
## Number of the process, 0 while none runs.
var pid: int = 0

var _out: FileAccess = null
var _err: FileAccess = null
var _told: int = 0


## Run a command. Returns why that is impossible, "" when it is not; a wrong name may show only as exit code 9 or 127.
##
## With [param tied] it ends with this process even when this process is killed (not on Windows).
func start(command: String, arguments: PackedStringArray, tied: bool = false) -> String:
	var program: String = command
	var given: PackedStringArray = arguments
	if tied and OS.get_name() != "Windows":
		program = "/bin/sh"
		given = PackedStringArray(["-c", _TIED, str(OS.get_process_id()), command]) + arguments
	var pipes: Dictionary = OS.execute_with_pipe(program, given, false)
	if pipes.is_empty():
		return "'%s' cannot be started." % command
	pid = pipes["pid"]
	_out = pipes["stdio"]
	_err = pipes["stderr"]
	return ""


## Read what it has printed and see whether it still runs; call this every now and then.
func poll() -> void:
	if pid == 0:
		return
	var runs: bool = OS.is_process_running(pid)
	_read()
	if not runs:
		var code: int = OS.get_process_exit_code(pid)
		_forget()
		finished.emit(code)


## Ask it to end; after [param patience_ms] it is ended. Waits that long at most.
func stop(patience_ms: int = 3000) -> void:
	if pid == 0:
		return
	if OS.get_name() != "Windows":
		OS.execute("kill", PackedStringArray(["-TERM", str(pid)]))
		var until: int = Time.get_ticks_msec() + patience_ms
		while OS.is_process_running(pid) and Time.get_ticks_msec() < until:
			OS.delay_msec(10)
	if OS.is_process_running(pid):
		OS.kill(pid)
	_forget()


## Whether the program could not be found.
func was_not_found(exit_code: int) -> bool:
	return exit_code == 127 or errors.contains("Could not create child process")


func _read() -> void:
	output += _out.get_buffer(65536).get_string_from_utf8()
	errors = (errors + _err.get_buffer(65536).get_string_from_utf8()).right(_ERRORS_KEPT)
	var line_end: int = output.find("\n", _told)
	while line_end >= 0 and pid != 0:
		var line: String = output.substr(_told, line_end - _told)
		_told = line_end + 1
		printed.emit(line)
		line_end = output.find("\n", _told)


func _forget() -> void:
	pid = 0
	_out = null
	_err = null
