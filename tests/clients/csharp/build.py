"""All assemblies of the Unity package, compiled as Unity would: one for each asmdef, against stubs of Unity's API."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.clients.csharp.toolchain import REPOSITORY, Toolchain

HERE = Path(__file__).parent
PACKAGE = REPOSITORY / "engine_bridge" / "unity" / "com.npcface.client"
_RUNTIME_CONFIG = {
    "runtimeOptions": {
        "framework": {"name": "Microsoft.NETCore.App", "version": "3.1.0"},
        "configProperties": {"System.GC.Concurrent": False},
    }
}


@dataclass(frozen=True)
class Build:
    """What came out.

    Attributes:
        folder: where the assemblies lie.
        diagnostics: of each assembly, empty if all is well.
    """

    tools: Toolchain
    folder: Path
    diagnostics: dict[str, list[str]]

    def command(self, program: str, *arguments: str) -> list[str]:
        """The command line that runs one of the programs."""
        return [str(self.tools.dotnet / "dotnet"), str(self.folder / f"{program}.dll"), *arguments]

    def run(self, program: str, *arguments: str, timeout_s: float = 60.0) -> str:
        """Run one of the programs to its end; what it printed."""
        done = subprocess.run(
            self.command(program, *arguments), capture_output=True, text=True, timeout=timeout_s, env=self.environment
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @property
    def environment(self) -> dict[str, str]:
        """For programs that are started with ``command``."""
        return self.tools.environment()


def jobs(folder: Path) -> list[dict[str, Any]]:
    """What has to be compiled, in order: core, stubs, what the asmdefs of the package name, the test programs."""
    core, made = PACKAGE / "Runtime" / "Core", []

    def job(name: str, source: Path, *references: str, executable: bool = False, documented: bool = False) -> None:
        sources = [str(path) for path in sorted(source.rglob("*.cs"))]
        assert sources, f"no C# in {source}"
        made.append({
            "name": name, "sources": sources, "references": list(references), "output": str(folder / f"{name}.dll"),
            "defines": ["UNITY_5_3_OR_NEWER", "UNITY_2022_3_OR_NEWER"] if documented and source != core else [],
            "executable": executable, "documented": documented,
        })  # fmt: skip

    job("Npcface.Core", core, documented=True)
    job("Npcface.Tests", HERE / "program", "Npcface.Core", executable=True)
    job("UnityEngine", HERE / "stubs" / "UnityEngine")
    job("UnityEngine.UI", HERE / "stubs" / "UnityEngine.UI", "UnityEngine")
    job("UnityEditor", HERE / "stubs" / "UnityEditor", "UnityEngine")
    engine = ("UnityEngine", "UnityEngine.UI")
    for path in sorted(PACKAGE.rglob("*.asmdef"), key=_depth):
        asmdef = json.loads(path.read_text(encoding="utf-8"))
        if asmdef["name"] == "Npcface.Core":
            continue
        editor = ("UnityEditor",) if asmdef["includePlatforms"] == ["Editor"] else ()
        references = [name for name in asmdef["references"] if not name.startswith("Unity")]
        job(asmdef["name"], path.parent, *engine, *editor, *references, documented=True)
    job("Assembly-CSharp", REPOSITORY / "unity_sample" / "Assets", "Npcface.Core", "Npcface.Unity", *engine)
    job("Npcface.UnityTests", HERE / "unity_program", "Npcface.Core", "Npcface.Unity", *engine, executable=True)
    return made


def _depth(asmdef: Path) -> tuple[bool, bool, str]:
    """Runtime before editor before samples."""
    return "Samples~" in asmdef.parts, "Editor" in asmdef.parts, str(asmdef)


def build(tools: Toolchain, folder: Path) -> Build:
    """Compile everything."""
    plan = folder / "jobs.json"
    plan.write_text(json.dumps(jobs(folder)))
    command = [sys.executable, str(HERE / "roslyn.py"), str(plan), *map(str, (
        tools.framework, tools.compiler, tools.dotnet,
    ))]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, env=tools.environment())
    assert done.returncode == 0, done.stderr
    for program in ("Npcface.Tests", "Npcface.UnityTests"):
        (folder / f"{program}.runtimeconfig.json").write_text(json.dumps(_RUNTIME_CONFIG))
    return Build(tools, folder, {item["name"]: item["diagnostics"] for item in json.loads(done.stdout)})
