"""A window for one texture, with what Python brings along: tkinter, and Pillow's bridge to it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.errors import DependencyError

_BEHIND = "#202020"


class Window:
    """Shows textures; lives in the thread that made it.

    Args:
        title: of the window.
        size: of the texture in pixels.

    Raises:
        DependencyError: no tkinter, or no screen.
    """

    def __init__(self, title: str, size: int) -> None:
        try:
            import tkinter

            from PIL import ImageTk
        except ImportError as error:
            remedy = "Install it (Debian, Ubuntu: apt install python3-tk) or leave --show out."
            raise DependencyError("A window needs tkinter.", remedy) from error
        try:
            self._root = tkinter.Tk()
        except tkinter.TclError as error:
            raise DependencyError(f"No window can be opened: {error}.", "Leave --show out.") from None
        self._root.title(title)
        self._picture: Any = ImageTk.PhotoImage("RGB", (size, size))
        tkinter.Label(self._root, image=self._picture, bg=_BEHIND, borderwidth=0).pack()
        self.closed = False
        self._root.protocol("WM_DELETE_WINDOW", self.close)
        self.answer()

    def show(self, pixels: NDArray[np.uint8]) -> None:
        """Show a texture: uint8 [size, size, 4]."""
        from PIL import Image

        if not self.closed:
            self._picture.paste(Image.fromarray(np.ascontiguousarray(pixels[..., :3])))

    def answer(self) -> None:
        """Let the window answer to the system; call it often."""
        if not self.closed:
            self._root.update()

    def close(self) -> None:
        """Close it; can be called twice."""
        if not self.closed:
            self.closed = True
            self._root.destroy()
