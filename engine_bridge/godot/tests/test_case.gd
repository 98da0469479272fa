extends Node
## What every test file extends: checks that go on, and waiting that ends.

## key=value of the command line.
var options: Dictionary[String, String] = {}
## What went wrong.
var problems: PackedStringArray = []


## Note a problem unless [param condition] holds.
func check(condition: bool, problem: String) -> void:
	if not condition:
		problems.append(problem)


## Note a problem unless both are equal.
func equal(given: Variant, expected: Variant, what: String) -> void:
	check(typeof(given) == typeof(expected) and given == expected, "%s is %s, expected %s." % [what, given, expected])


## Wait until [param condition] is true; notes a problem after [param seconds].
func until(condition: Callable, what: String, seconds: float = 20.0) -> bool:
	var end: int = Time.get_ticks_msec() + int(seconds * 1000)
	while not condition.call():
		if Time.get_ticks_msec() > end:
			problems.append("Waited %.1f s for %s." % [seconds, what])
			return false
		await get_tree().process_frame
	return true


## A connection of its own to the daemon of the option address.
func service(address: String = "") -> NpcFaceService:
	var made: NpcFaceService = NpcFaceService.new()
	made.connect_on_ready = false
	add_child(made)
	made.connect_to(address if address else options["address"])
	return made


## A face on it.
func face(of: NpcFaceService, character: String, idle: bool = false) -> NpcFace:
	var made: NpcFace = NpcFace.new()
	made.service = of
	made.character = character
	made.size = 64
	made.quality = "warp"
	made.idle_life = idle
	add_child(made)
	return made
