extends RefCounted
## ZMTP 3.0 with the NULL mechanism: the few bytes under every message of a DEALER.
##
## Source: the ZeroMQ Message Transport Protocol, https://rfc.zeromq.org/spec/23/.

## Bits of a frame's first byte.
const MORE: int = 1
## See [constant MORE].
const LONG: int = 2
## See [constant MORE].
const COMMAND: int = 4
## A longer frame is refused, as the daemon does.
const BODY_BYTES_MAX: int = 16 * 1024 * 1024
## What each side sends first.
const GREETING_BYTES: int = 64


## Our greeting: signature, version 3.0, NULL, not a server.
static func greeting() -> PackedByteArray:
	var bytes: PackedByteArray = PackedByteArray()
	bytes.resize(GREETING_BYTES)
	bytes[0] = 0xff
	bytes[9] = 0x7f
	bytes[10] = 3
	for index: int in 4:
		bytes[12 + index] = "NULL".unicode_at(index)
	return bytes


## Whether a peer's 64 bytes are a greeting we can talk to.
static func is_greeting(bytes: PackedByteArray) -> bool:
	if bytes.size() != GREETING_BYTES or bytes[0] != 0xff or bytes[9] & 1 == 0 or bytes[10] < 3:
		return false
	return bytes.slice(12, 16).get_string_from_ascii() == "NULL" and bytes.slice(16, 32).count(0) == 16


## One frame: flags, length, body.
static func part(body: PackedByteArray, flags: int = 0) -> PackedByteArray:
	var size: int = body.size()
	var bytes: PackedByteArray = PackedByteArray()
	if size < 256:
		bytes.append_array([flags, size])
	else:
		bytes.append(flags | LONG)
		for shift: int in range(56, -8, -8):
			bytes.append(size >> shift & 0xff)
	bytes.append_array(body)
	return bytes


## All frames of one message, to be sent with one write.
static func message(frames: Array[PackedByteArray]) -> PackedByteArray:
	var bytes: PackedByteArray = PackedByteArray()
	for index: int in frames.size():
		bytes.append_array(part(frames[index], MORE if index < frames.size() - 1 else 0))
	return bytes


## The READY command of a DEALER; without an identity the daemon makes one up, which is what a game wants.
static func ready(identity: String = "") -> PackedByteArray:
	var body: PackedByteArray = _named("READY")
	body.append_array(_property("Socket-Type", "DEALER"))
	if identity:
		body.append_array(_property("Identity", identity))
	return part(body, COMMAND)


## A PING; [param ttl_tenths] times 0.1 s is how long the peer may wait for our next sign of life, 0 is for ever.
static func ping(ttl_tenths: int, context: PackedByteArray = PackedByteArray()) -> PackedByteArray:
	var body: PackedByteArray = _named("PING")
	body.append_array([ttl_tenths >> 8 & 0xff, ttl_tenths & 0xff])
	body.append_array(context)
	return part(body, COMMAND)


## The answer to a PING command's body: its context comes back.
static func pong(ping_body: PackedByteArray) -> PackedByteArray:
	var body: PackedByteArray = _named("PONG")
	body.append_array(ping_body.slice(7))
	return part(body, COMMAND)


## Name of a command, "" when the body holds none.
static func command_name(body: PackedByteArray) -> String:
	if body.is_empty() or body.size() <= body[0]:
		return ""
	return body.slice(1, 1 + body[0]).get_string_from_ascii()


static func _named(name: String) -> PackedByteArray:
	var bytes: PackedByteArray = PackedByteArray([name.length()])
	bytes.append_array(name.to_ascii_buffer())
	return bytes


static func _property(name: String, value: String) -> PackedByteArray:
	var bytes: PackedByteArray = _named(name)
	var content: PackedByteArray = value.to_utf8_buffer()
	for shift: int in [24, 16, 8, 0]:
		bytes.append(content.size() >> shift & 0xff)
	bytes.append_array(content)
	return bytes
