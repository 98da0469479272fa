"""Manifest and Dockerfile agree with each other and with the command line. Neither can be run here."""

from __future__ import annotations

import os
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from npcface.cli.app import app
from npcface.cluster.actor import PORTS
from npcface.cluster.config import DEFAULT_PORT

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "npcface/cluster/deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def documents() -> dict[str, Any]:
    try:
        import yaml
    except ImportError:
        if os.environ.get("CI"):
            pytest.fail("reading the manifest needs PyYAML")
        pytest.skip("reading the manifest needs PyYAML, part of the dev extra")
    text = (DEPLOY / "raycluster.yaml").read_text(encoding="utf-8")
    return {document["kind"]: document for document in yaml.safe_load_all(text)}


def container(group: dict[str, Any]) -> dict[str, Any]:
    (only,) = group["template"]["spec"]["containers"]
    return dict(only)


def groups(documents: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    spec = documents["RayCluster"]["spec"]
    (workers,) = spec["workerGroupSpecs"]
    return spec["headGroupSpec"], workers


def director_arguments(documents: dict[str, Any]) -> list[str]:
    script = container(groups(documents)[0])["args"][0].replace("\\\n", " ")
    (line,) = (line for line in script.splitlines() if "npcface cluster" in line)
    return shlex.split(line)[2:]  # after `exec npcface`


def option(arguments: list[str], name: str) -> str:
    return arguments[arguments.index(name) + 1]


def test_the_manifest_is_what_kuberay_reads(documents: dict[str, Any]) -> None:
    cluster = documents["RayCluster"]
    assert cluster["apiVersion"] == "ray.io/v1"
    assert cluster["metadata"]["annotations"]["ray.io/overwrite-container-cmd"] == "true"
    head, workers = groups(documents)
    for group in (head, workers):
        assert "$KUBERAY_GEN_RAY_START_CMD" in container(group)["args"][0]
        assert all(isinstance(value, str) for value in group["rayStartParams"].values())
    assert workers["minReplicas"] <= workers["replicas"] <= workers["maxReplicas"]


def test_the_directors_options_exist(documents: dict[str, Any]) -> None:
    arguments = director_arguments(documents)
    help_text = CliRunner().invoke(app, ["cluster", "--help"], env={"COLUMNS": "200"}).stdout
    assert arguments[0] == "cluster"
    assert [name for name in arguments if name.startswith("--") and name not in help_text] == []


def test_ports_agree(documents: dict[str, Any]) -> None:
    head, workers = groups(documents)
    arguments = director_arguments(documents)
    ports = {port["name"]: port["containerPort"] for port in container(head)["ports"]}
    assert ports["director"] == int(option(arguments, "--port")) == DEFAULT_PORT
    (service,) = documents["Service"]["spec"]["ports"]
    assert (service["port"], service["targetPort"]) == (DEFAULT_PORT, "director")
    selector = documents["Service"]["spec"]["selector"]
    assert selector == {"ray.io/cluster": documents["RayCluster"]["metadata"]["name"], "ray.io/node-type": "head"}
    first = int(option(arguments, "--worker-port"))
    assert container(workers)["ports"] == [{"containerPort": first, "name": "faces"}]
    assert f"EXPOSE {DEFAULT_PORT} {first}-{first + PORTS - 1}" in DOCKERFILE


def test_resources_agree(documents: dict[str, Any]) -> None:
    head, workers = groups(documents)
    arguments = director_arguments(documents)
    for group in (head, workers):
        resources = container(group)["resources"]
        assert resources["requests"] == resources["limits"], "Ray sizes a node by its limits"
    limits = container(workers)["resources"]["limits"]
    assert (limits["cpu"], limits["nvidia.com/gpu"]) == (option(arguments, "--cpus"), option(arguments, "--gpus"))
    assert head["rayStartParams"]["num-cpus"] == "0"
    assert workers["maxReplicas"] == int(option(arguments, "--max-workers"))
    assert workers["minReplicas"] == int(option(arguments, "--min-workers"))
    grace_s = head["template"]["spec"]["terminationGracePeriodSeconds"]
    assert grace_s > float(option(arguments, "--drain-timeout"))


def test_images_are_those_the_dockerfile_builds(documents: dict[str, Any]) -> None:
    images = [container(group)["image"] for group in groups(documents)]
    assert images == ["npcface:cpu", "npcface:cuda"]
    for image in images:
        name, variant = image.split(":")
        assert f"--build-arg VARIANT={variant}" in DOCKERFILE and f"-t {name}:{variant}" in DOCKERFILE
        assert f"AS base-{variant}\n" in DOCKERFILE


def test_characters_are_mounted_where_the_image_looks_for_them(documents: dict[str, Any]) -> None:
    _, workers = groups(documents)
    (mount,) = container(workers)["volumeMounts"]
    (volume,) = workers["template"]["spec"]["volumes"]
    assert mount["name"] == volume["name"] and mount["readOnly"]
    assert f"ENV NPCFACE_CHARACTERS={mount['mountPath']}\n" in DOCKERFILE


def test_the_token_is_a_secret(documents: dict[str, Any]) -> None:
    (variable,) = container(groups(documents)[0])["env"]
    assert variable["name"] == "NPCFACE_TOKEN" and "secretKeyRef" in variable["valueFrom"]


def stage_that_installs() -> str:
    """The lines of the stage with ``pip install``, in which the build hook runs."""
    (stage,) = (text for text in re.split(r"^(?=FROM )", DOCKERFILE, flags=re.MULTILINE) if "pip install" in text)
    return stage.replace("\\\n", " ")


def test_what_the_build_needs_is_copied_before_npcface_is_installed() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project, hatch = tomllib.loads(text)["project"], tomllib.loads(text)["tool"]["hatch"]
    wheel = hatch["build"]["targets"]["wheel"]
    licences = [path.relative_to(ROOT) for pattern in project["license-files"] for path in ROOT.glob(pattern)]
    assert Path("LICENSE") in licences
    hooks = [hook["path"] for hook in wheel["hooks"].values()]
    needed = ["pyproject.toml", project["readme"], *licences, *wheel["packages"], hatch["version"]["path"], *hooks]
    before, _, _ = stage_that_installs().partition("pip install")
    copied: list[tuple[Path, Path]] = []  # from, to
    for *sources, target in (line.split() for line in re.findall(r"^COPY (.+)$", before, re.MULTILINE)):
        for source in sources:  # a folder's content is copied, a file keeps its name below a folder
            place = Path(target) / Path(source).name if target.endswith("/") else Path(target)
            copied.append((Path(source), place))
    for file in map(Path, needed):
        there = [place / file.relative_to(source) for source, place in copied if file.is_relative_to(source)]
        assert file in there, f"{file} is not copied to where the build looks for it"


def test_the_renderer_is_compiled_in_the_image_and_the_compiler_stays_behind() -> None:
    stage = stage_that_installs()
    (packages,) = re.findall(r"apt-get install (.+)$", stage.partition("pip install")[0], re.MULTILINE)
    assert {"gcc", "libc6-dev"} <= set(packages.split()), "no C compiler, or none of the headers"
    assert "npcface.render.native" in stage.partition("pip install")[2], "an image without it must not be built"
    name = re.findall(r"^FROM .+ AS (\S+)$", stage, re.MULTILINE)[0]
    last = re.split(r"^(?=FROM )", DOCKERFILE, flags=re.MULTILINE)[-1]
    assert f"COPY --from={name} /opt/npcface /opt/npcface\n" in last and "gcc" not in last
    assert re.findall(r"^FROM (\S+)", stage) == re.findall(r"^FROM (\S+)", last), "one Python for both"


def test_the_dockerfile_takes_what_is_there_and_installs_what_exists() -> None:
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        *sources, _ = line.split()
        assert [source for source in sources if not (ROOT / source).exists()] == []
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    (wanted,) = re.findall(r"'\.\[(\w+)\]'", DOCKERFILE)
    assert wanted in extras


def test_images_name_no_host() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    text = (DEPLOY / "raycluster.yaml").read_text(encoding="utf-8")
    for image in bases + re.findall(r"image: (\S+)", text):
        assert "." not in image.split("/")[0].split(":")[0], image
