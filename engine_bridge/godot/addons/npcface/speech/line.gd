extends RefCounted
## A spoken line: phonemes with times, checked, and what is left of it after a while.

## Most phonemes in one message.
const PHONEMES_MAX: int = 4096

## [symbol, start_s] or [symbol, start_s, end_s], as they go over the wire.
var phonemes: Array = []
## How they are spelt.
var alphabet: String = "auto"
## What is wrong with it; empty when nothing is.
var problem: String = ""
## When its first frame was there, in ticks; -1 before that.
var began_ms: int = -1
## Whether the daemon has taken it.
var accepted: bool = false


## Read phonemes as people write them: arrays, or dictionaries with symbol (or value), start and end.
func _init(given: Array, spelling: String = "auto") -> void:
	alphabet = spelling
	if given.size() > PHONEMES_MAX:
		problem = "The line has %d phonemes, at most %d go into one. Speak it piece by piece." % [given.size(), PHONEMES_MAX]
		return
	for index: int in given.size():
		var phoneme: Array = _read(given[index])
		if phoneme.is_empty():
			problem = "Phoneme %d is %s; expected [\"AH\", start_s] or [\"AH\", start_s, end_s]." % [index, given[index]]
			return
		phonemes.append(phoneme)


## Seconds until the last sound ends.
func seconds() -> float:
	return 0.0 if phonemes.is_empty() else float(phonemes[-1][-1])


## What is still to be said when [param elapsed_s] of it are over, with times from then.
func rest(elapsed_s: float) -> Array:
	var left: Array = []
	for index: int in phonemes.size():
		var phoneme: Array = phonemes[index]
		var until: float = phoneme[2] if phoneme.size() > 2 else (
			float(phonemes[index + 1][1]) if index + 1 < phonemes.size() else float(phoneme[1]) + 0.2
		)
		if until <= elapsed_s:
			continue
		var shifted: Array = phoneme.duplicate()
		for place: int in range(1, shifted.size()):
			shifted[place] = maxf(0.0, float(shifted[place]) - elapsed_s)
		left.append(shifted)
	return left


func _read(given: Variant) -> Array:
	var parts: Array = []
	if given is Array:
		parts = given
	elif given is Dictionary:
		parts = [given.get("symbol", given.get("value")), given.get("start")]
		if given.has("end"):
			parts.append(given["end"])
		elif given.has("duration") and _is_time(parts[1]) and _is_time(given["duration"]):
			parts.append(float(parts[1]) + float(given["duration"]))
	if parts.size() < 2 or parts.size() > 3 or not (parts[0] is String or parts[0] is StringName):
		return []
	var phoneme: Array = [str(parts[0])]
	for place: int in range(1, parts.size()):
		if not _is_time(parts[place]):
			return []
		phoneme.append(float(parts[place]))
	return phoneme


func _is_time(value: Variant) -> bool:
	return (value is float or value is int) and is_finite(value) and value >= 0 and value <= 86_400
