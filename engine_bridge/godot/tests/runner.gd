extends Node
## Runs the addon's tests: [code]godot --headless --path . res://tests/runner.tscn -- NAME key=value ...[/code]
##
## NAME is a file test_NAME.gd here; its methods test_* run in order, or only the one of the option only=.
## Exit code 0 if all passed.

const TestCase := preload("test_case.gd")

const _MOST_S: float = 60.0  # of one test


func _ready() -> void:
	var arguments: PackedStringArray = OS.get_cmdline_user_args()
	var options: Dictionary[String, String] = {}
	for argument: String in arguments.slice(1):
		options[argument.get_slice("=", 0)] = argument.substr(argument.find("=") + 1)
	var script: GDScript = load("res://tests/test_%s.gd" % arguments[0])
	var failures: int = 0
	for method: Dictionary in script.get_script_method_list():
		var method_name: String = method["name"]
		if method_name.begins_with("test_") and options.get("only", method_name) == method_name:
			failures += 0 if await _run(script, method_name, options) else 1
	get_tree().quit(1 if failures > 0 else 0)


func _run(script: GDScript, method: String, options: Dictionary[String, String]) -> bool:
	var test: TestCase = script.new()
	test.options = options
	add_child(test)
	var done: Array[bool] = [false]
	var began: int = Time.get_ticks_msec()
	var work: Callable = func() -> void:
		await test.call(method)
		done[0] = true
	work.call()
	while not done[0] and Time.get_ticks_msec() - began < _MOST_S * 1000:
		await get_tree().process_frame
	if not done[0]:
		test.problems.append("It did not end within %d s." % _MOST_S)
	for problem: String in test.problems:
		print("FAIL %s: %s" % [method, problem])
	if test.problems.is_empty():
		print("ok %s (%d ms)" % [method, Time.get_ticks_msec() - began])
	var passed: bool = test.problems.is_empty()
	test.queue_free()
	await get_tree().process_frame
	return passed
