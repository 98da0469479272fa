"""``python -m npcface.studio.tune``: one fine-tuning; reads an order from stdin, writes a line of JSON for each step.

It leaves when its standard input ends, so it never outlives the studio.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

from npcface.errors import DependencyError, NpcFaceError
from npcface.serve.parent import wait_for_stdin
from npcface.studio.problems import UNEXPECTED_REMEDY


def main() -> None:
    """Read, learn, save, tell."""
    order = json.loads(sys.stdin.readline())
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(5)  # what is drawn meanwhile stays smooth
    try:
        _tell(**_learn(order))
    except NpcFaceError as error:
        _tell(error={"code": error.code, "cause": error.cause, "remedy": error.remedy})
    except ImportError as error:
        missing = DependencyError(f"Fine-tuning needs a package: {error}.", "pip install 'npcface[train]'")
        _tell(error={"code": missing.code, "cause": missing.cause, "remedy": missing.remedy})
    except Exception as error:  # the page says what it was, the studio's terminal where
        traceback.print_exc()
        _tell(error={"code": "unexpected", "cause": f"{type(error).__name__}: {error}", "remedy": UNEXPECTED_REMEDY})


def _learn(order: dict[str, Any]) -> dict[str, Any]:
    from npcface.character import Character
    from npcface.enroll.image import read_portrait

    _tell(step="reading the pictures", share=0.0)
    character = Character.load(order["character"])
    read = [read_portrait(path).over() for path in order["pictures"]]
    _tell(step="loading what learns", share=0.05)
    from npcface.finetune import finetune

    _tell(step="learning", share=0.15)
    target = Path(order["target"])
    result = finetune(
        character, read, steps=order["steps"], progress=lambda share: _tell(step="learning", share=0.15 + 0.8 * share)
    )
    _tell(step="writing", share=0.96)
    known = character.manifest
    name = f"{known.name[:70]} (tuned)"
    manifest = known.model_copy(update={"id": target.name, "name": name, "finetuned_from": known.id})
    replace(result.character, manifest=manifest, folder=None).save(target)
    return {"id": target.name, "before": round(result.before, 5), "after": round(result.after, 5)}


def _tell(**document: Any) -> None:
    print(json.dumps(document), flush=True)


def _leave_with_parent() -> None:
    wait_for_stdin()
    os._exit(1)


if __name__ == "__main__":
    main()
