"""The CPU renderer in C: what ``graph.py`` and ``neural.py`` say in tensor operations, but faster.

About six times (warp) and four times (neural): ``npcface bench --against b10b8c6``, docs/benchmarks.md.

``src`` holds the code, ``build.py`` compiles it when npcface is installed, ``library.py`` finds and loads it,
``faces.py`` draws with it. Without a compiler at installation everything still works, through ``graph.py`` as ONNX.
"""
