"""The one-shot generator and what trains it. torch inside: players run the ONNX files that come of it."""
