extends "test_case.gd"
## Every script compiles under the project's rules. Option: scripts=a.gd,b.gd below the project.


func test_every_script_compiles() -> void:
	for path: String in options["scripts"].split(","):
		var script: GDScript = load("res://" + path) as GDScript
		check(script != null and script.can_instantiate(), "%s does not compile." % path)

