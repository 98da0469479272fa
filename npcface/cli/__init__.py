"""The command line: one file per verb, all of them thin over the public Python surface."""
