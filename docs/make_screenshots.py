"""Draw docs/pictures/studio-*.jpg: the tests of the page walk through the studio and keep what they see."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

PICTURES = Path(__file__).parent / "pictures"
SHOWN = {
    # picture: screenshot of tests/studio/test_page_views.py or test_page.py
    "studio-gallery": "gallery-light-1280",
    "studio-new": "new-light-1280",
    "studio-live": "mood-dark-1280",
    "studio-compare": "compare-light-1280",
    "studio-landmarks": "landmark-points",
    "studio-speech": "speaking",
    "studio-phone": "face-dark-390",
}


def main() -> None:
    """Run the tests, write the pictures."""
    tests = Path(__file__).parents[1] / "tests" / "studio"
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "pytest", str(tests / "test_page.py"), str(tests / "test_page_views.py")],
            env=os.environ | {"NPCFACE_SCREENSHOTS": folder, "CI": "true"},
            check=True,
        )
        for name, shot in SHOWN.items():
            path = PICTURES / f"{name}.jpg"
            with Image.open(Path(folder) / f"{shot}.png") as picture:
                picture.convert("RGB").save(path, quality=85, optimize=True)
                print(f"{path}: {picture.width} × {picture.height}, {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
