"""The training bank: people in different states, drawn once by the renderer, ready for the generator."""
