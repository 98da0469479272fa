"""Who may connect: keys, the list of names, the door they are checked at, and the rule for addresses.

The daemon, the director of a cluster and the relay share it. docs/access.md tells people how to use it.
"""
