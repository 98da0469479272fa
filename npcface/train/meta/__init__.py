"""Meta-learning of the one-shot generator: episodes in, weights out."""
