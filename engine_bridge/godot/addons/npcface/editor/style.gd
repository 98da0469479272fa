@tool
extends RefCounted
## Sizes and colours of the dock.

## All is well.
const GOOD: Color = Color(0.45, 0.8, 0.5)
## It takes a moment.
const WAIT: Color = Color(0.95, 0.75, 0.35)
## Something has to be done.
const BAD: Color = Color(0.95, 0.42, 0.4)


## Pixels on this screen.
static func px(size: int) -> int:
	return roundi(size * EditorInterface.get_editor_scale()) if Engine.is_editor_hint() else size


## A heading that takes the room there is.
static func heading(text: String) -> Label:
	var label: Label = Label.new()
	label.text = text
	label.theme_type_variation = &"HeaderSmall"
	label.size_flags_horizontal = Control.SIZE_EXPAND_FILL
	return label
