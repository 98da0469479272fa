"""Shared memory between daemon and client on one machine: rings of pixels. No sockets, no messages."""
