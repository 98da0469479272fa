"""The CPU renderer in C: what ``graph.py`` says in tensor operations, about ten times as fast.

``src`` holds the code, ``build.py`` compiles it when npcface is installed, ``library.py`` finds and loads it,
``faces.py`` draws with it. Without a compiler at installation everything still works, through ``graph.py`` as ONNX.
"""
