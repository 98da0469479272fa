extends RefCounted
## English letters to sounds, roughly: enough for a mouth that moves with subtitles, no dictionary.
##
## The daemon's wire carries sounds, not text. A voice knows its own sounds and times, and those look much better: give
## them to [code]say()[/code]. For text without a voice, this guesses ARPAbet from spelling with a few dozen rules;
## the timing is a rule of thumb. Words it gets wrong still open and close the mouth at the right moments.

## Longest spellings first within a letter; "" is silent.
const RULES: Dictionary[String, String] = {
	"tion": "SH AH N", "sion": "ZH AH N", "ture": "CH ER", "ough": "AO", "augh": "AO", "eigh": "EY", "ight": "AY T",
	"tch": "CH", "dge": "JH", "igh": "AY", "ear": "IH R", "air": "EH R", "are": "EH R", "our": "AW ER", "oor": "AO R",
	"ing": "IH NG", "all": "AO L", "alk": "AO K", "qu": "K W", "ch": "CH", "sh": "SH", "th": "TH", "ph": "F", "wh": "W",
	"gh": "", "kn": "N", "wr": "R", "ck": "K", "ng": "NG", "ee": "IY", "ea": "IY", "oo": "UW", "ou": "AW", "ow": "OW",
	"oi": "OY", "oy": "OY", "ai": "EY", "ay": "EY", "au": "AO", "aw": "AO", "ie": "IY", "ei": "EY", "ey": "IY",
	"oa": "OW", "ue": "UW", "ew": "UW", "ui": "UW", "ar": "AA R", "er": "ER", "ir": "ER", "ur": "ER", "or": "AO R",
	"ce": "S EH", "ci": "S IH", "cy": "S IY", "ge": "JH EH", "gi": "JH IH", "gy": "JH IY",
	"a": "AE", "b": "B", "c": "K", "d": "D", "e": "EH", "f": "F", "g": "G", "h": "HH", "i": "IH", "j": "JH", "k": "K",
	"l": "L", "m": "M", "n": "N", "o": "AA", "p": "P", "q": "K", "r": "R", "s": "S", "t": "T", "u": "AH", "v": "V",
	"w": "W", "x": "K S", "y": "IY", "z": "Z",
}
## Short words whose spelling says little.
const WORDS: Dictionary[String, String] = {
	"a": "AH", "the": "DH AH", "of": "AH V", "to": "T UW", "too": "T UW", "two": "T UW", "do": "D UW", "i": "AY",
	"you": "Y UW", "your": "Y AO R", "one": "W AH N", "once": "W AH N S", "are": "AA R", "is": "IH Z", "was": "W AH Z",
	"were": "W ER", "have": "HH AE V", "has": "HH AE Z", "said": "S EH D", "what": "W AH T", "who": "HH UW",
	"there": "DH EH R", "they": "DH EY", "this": "DH IH S", "that": "DH AE T", "he": "HH IY", "she": "SH IY", "we": "W IY",
	"me": "M IY", "be": "B IY", "my": "M AY", "by": "B AY", "no": "N OW", "go": "G OW", "so": "S OW", "come": "K AH M",
	"some": "S AH M", "here": "HH IH R", "eye": "AY", "eyes": "AY Z", "hello": "HH AH L OW", "people": "P IY P AH L",
	"0": "Z IH R OW", "1": "W AH N", "2": "T UW", "3": "TH R IY", "4": "F AO R", "5": "F AY V", "6": "S IH K S",
	"7": "S EH V AH N", "8": "EY T", "9": "N AY N",
}
const _LONG: Dictionary[String, String] = {"a": "EY", "e": "IY", "i": "AY", "o": "OW", "u": "UW", "y": "AY"}
const _PAUSES_S: Dictionary[String, float] = {
	",": 0.2, ";": 0.28, ":": 0.28, "(": 0.12, ")": 0.12, ".": 0.42, "!": 0.42, "?": 0.42, "…": 0.5,
	"—": 0.28, "–": 0.28,
}
const _CONSONANT_S: float = 0.075
const _VOWEL_S: float = 0.11
const _GLIDE_S: float = 0.16  # AW, AY, EY, OW, OY
const _LEAD_S: float = 0.15  # the mouth opens before the first sound


## Text to [[symbol, start_s, end_s], ...] in ARPAbet; empty when there is nothing to say.
static func phonemes(text: String, speed: float = 1.0) -> Array:
	var timed: Array = []
	var clock: float = _LEAD_S
	var word: String = ""
	for letter: String in text.to_lower() + " ":
		if RULES.has(letter):
			word += letter
			continue
		if letter in ["'", "’"]:
			continue
		clock = _say(timed, spell(word), clock, speed)
		word = ""
		if WORDS.has(letter):
			clock = _say(timed, spell(letter), clock, speed)
		elif _PAUSES_S.has(letter) and not timed.is_empty():
			clock += _PAUSES_S[letter] / speed
	return timed


## Sounds of one word.
static func spell(word: String) -> PackedStringArray:
	if WORDS.has(word):
		return WORDS[word].split(" ")
	var sounds: PackedStringArray = PackedStringArray()
	var at: int = 0
	while at < word.length():
		var long: String = _long_vowel(word, at)
		if long:
			sounds.append(long)
			at += 1
		elif word[at] == "e" and at == word.length() - 1 and sounds.size() > 1:
			at += 1
		elif word[at] == "y" and at == 0:
			sounds.append("Y")
			at += 1
		elif at > 0 and word[at] == word[at - 1] and not word[at] in _LONG:
			at += 1
		else:
			for size: int in range(mini(4, word.length() - at), 0, -1):
				var part: String = word.substr(at, size)
				if RULES.has(part):
					sounds.append_array(RULES[part].split(" ", false))
					at += size
					if part in ["ce", "ge"] and at == word.length():
						sounds.remove_at(sounds.size() - 1)
					break
	return sounds


## A vowel, one consonant and a last e: the vowel says its name.
static func _long_vowel(word: String, at: int) -> String:
	var ends: bool = at == word.length() - 3 and word[-1] == "e"
	if not ends or not _LONG.has(word[at]) or _LONG.has(word[at + 1]) or word[at + 1] in ["r", "x", "w"]:
		return ""
	return "" if at > 0 and _LONG.has(word[at - 1]) else _LONG[word[at]]


static func _say(timed: Array, sounds: PackedStringArray, clock: float, speed: float) -> float:
	var stressed: bool = false
	for sound: String in sounds:
		var length: float = _CONSONANT_S
		var symbol: String = sound
		if sound[0] in ["A", "E", "I", "O", "U"]:
			length = _GLIDE_S if sound in ["AW", "AY", "EY", "OW", "OY"] else _VOWEL_S
			if not stressed and sounds.size() > 2:
				symbol += "1"
				stressed = true
		timed.append([symbol, clock, clock + length / speed])
		clock += length / speed
	return clock
