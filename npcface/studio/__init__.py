"""The character studio: a web page for artists, served to this machine only, whose pictures come from a daemon."""
