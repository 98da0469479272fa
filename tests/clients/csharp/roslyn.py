"""Compiles C# in a process of its own: ``python roslyn.py JOBS FRAMEWORK COMPILER DOTNET``, a JSON report on stdout.

A job is ``{"name", "sources", "references", "output", "defines", "executable", "documented"}``; references are names
of earlier jobs. Language level C# 9, warnings are errors; where ``documented``, a missing comment is one too.
Runs in the environment of ``toolchain.Toolchain.environment``; started by ``build.py``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

FRAMEWORK, COMPILER, DOTNET = (Path(argument) for argument in sys.argv[2:5])


def start_runtime() -> None:
    """Load .NET with Roslyn's own versions of the libraries it shares with the framework."""
    clr_loader, pythonnet = import_module("clr_loader"), import_module("pythonnet")
    own = {path.name: path for path in COMPILER.glob("*.dll")}
    trusted = [*own.values(), *(path for path in FRAMEWORK.glob("*.dll") if path.name not in own)]
    config = COMPILER / "host.runtimeconfig.json"
    options = {"framework": {"name": "Microsoft.NETCore.App", "version": FRAMEWORK.name}}
    config.write_text(json.dumps({"runtimeOptions": options}))
    pythonnet.load(
        clr_loader.get_coreclr(
            runtime_config=str(config),
            dotnet_root=str(DOTNET),
            properties={"TRUSTED_PLATFORM_ASSEMBLIES": ":".join(map(str, trusted))},
        )
    )


class Compiler:
    """Roslyn with the framework's references read once; .NET must run already."""

    def __init__(self) -> None:
        for assembly in ("Microsoft.CodeAnalysis", "Microsoft.CodeAnalysis.CSharp"):
            import_module("clr").AddReference(assembly)
        self._roslyn = import_module("Microsoft.CodeAnalysis")
        self._csharp = import_module("Microsoft.CodeAnalysis.CSharp")
        self._system = import_module("System")
        self._built: dict[str, Any] = {}
        self._framework = [
            self._reference(path)
            for path in sorted(FRAMEWORK.glob("*.dll"))
            if path.name.startswith(("System.", "Microsoft.Win32", "netstandard", "mscorlib"))
            and "Native" not in path.name
        ]

    def compile(self, job: dict[str, Any]) -> dict[str, Any]:
        """Build one assembly and say how it went."""
        absent = [name for name in job["references"] if name not in self._built]
        if absent:
            return {"name": job["name"], "success": False, "diagnostics": [f"needs {', '.join(absent)}"]}
        kind = self._roslyn.OutputKind
        options = (
            self._csharp.CSharpCompilationOptions(
                kind.ConsoleApplication if job["executable"] else kind.DynamicallyLinkedLibrary
            )
            .WithWarningLevel(5)
            .WithGeneralDiagnosticOption(self._roslyn.ReportDiagnostic.Error)
            .WithOptimizationLevel(self._roslyn.OptimizationLevel.Release)
        )
        references = [self._built[name] for name in job["references"]]
        compilation = self._csharp.CSharpCompilation.Create(
            job["name"],
            self._list(self._roslyn.SyntaxTree, self._trees(job)),
            self._list(self._roslyn.MetadataReference, [*self._framework, *references]),
            options,
        )
        file = self._system.IO.FileStream(job["output"], self._system.IO.FileMode.Create)
        result = compilation.Emit(file)
        file.Dispose()
        if result.Success:
            self._built[job["name"]] = self._reference(job["output"])
        shown = [str(item) for item in result.Diagnostics if str(item.Severity) in ("Warning", "Error")]
        return {"name": job["name"], "success": result.Success, "diagnostics": shown}

    def _trees(self, job: dict[str, Any]) -> list[Any]:
        """Syntax trees; documentation is demanded of what is shipped, not of tests and stubs."""
        mode = self._roslyn.DocumentationMode
        options = self._csharp.CSharpParseOptions(
            self._csharp.LanguageVersion.CSharp9,
            mode.Diagnose if job["documented"] else mode.Parse,
            self._roslyn.SourceCodeKind.Regular,
            self._list(self._system.String, job["defines"]),
        )
        parse = self._csharp.CSharpSyntaxTree.ParseText
        return [parse(Path(path).read_text(encoding="utf-8"), options, path) for path in job["sources"]]

    def _reference(self, path: Path | str) -> Any:
        return self._roslyn.MetadataReference.CreateFromFile(str(path))

    def _list(self, kind: Any, items: Iterable[Any]) -> Any:
        made = self._system.Collections.Generic.List[kind]()
        for item in items:
            made.Add(item)
        return made


def main() -> None:
    """Compile all jobs in their order."""
    start_runtime()
    compiler = Compiler()
    print(json.dumps([compiler.compile(job) for job in json.loads(Path(sys.argv[1]).read_text())]))


if __name__ == "__main__":
    main()
