extends RefCounted
## Which [NpcFace] a node shows: the one it was given, else its first child of that kind, else one made for it.


## Find it; a face that is made here becomes a hidden child and shows [param character].
static func find(node: Node, given: NpcFace, character: String) -> NpcFace:
	if given != null:
		return given
	for child: Node in node.get_children(true):
		if child is NpcFace:
			return child
	var made: NpcFace = NpcFace.new()
	made.name = "NpcFace"
	made.character = character
	node.add_child(made, false, Node.INTERNAL_MODE_BACK)
	return made


## What is missing for a node that has no face yet, for the editor's yellow triangle.
static func warnings(node: Node, given: NpcFace, character: String) -> PackedStringArray:
	if given != null or character:
		return PackedStringArray()
	for child: Node in node.get_children():
		if child is NpcFace:
			return PackedStringArray()
	return PackedStringArray(["Set a character's id, or the NpcFace to show, or add an NpcFace as a child."])
