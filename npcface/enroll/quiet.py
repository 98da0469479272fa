"""Hold back the start-up chatter that MediaPipe's native code writes past Python, straight to file descriptor 2.

Only lines of known shape (information and warnings of absl/glog and TensorFlow Lite) are dropped; everything else
that was written meanwhile, by whichever thread, is passed on when the block ends.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_NOISE = re.compile(
    rb"[IW]\d{4} [\d:.]+\s+\d+ [\w./]+:\d+\] "  # W0000 00:00:… 123 some_file.cc:45] …
    rb"|INFO: Created TensorFlow Lite "
    rb"|WARNING: (Logging before InitGoogle|All log messages before absl)"
)
_LOCK = threading.Lock()  # the descriptor belongs to the whole process


def is_noise(line: bytes) -> bool:
    """Whether a line of standard error is native chatter of information or warning level."""
    return _NOISE.match(line) is not None


@contextmanager
def quiet_native_logs() -> Iterator[None]:
    """Run a block with descriptor 2 caught, then write on what was not noise."""
    with _LOCK:
        if sys.stderr is not None:
            sys.stderr.flush()
        try:
            saved = os.dup(2)
        except OSError:  # a windowed program without standard error has nothing to keep quiet
            yield
            return
        with tempfile.TemporaryFile() as caught:
            os.dup2(caught.fileno(), 2)
            try:
                yield
            finally:
                if sys.stderr is not None:
                    sys.stderr.flush()
                os.dup2(saved, 2)
                caught.seek(0)
                kept = b"".join(line for line in caught if not is_noise(line))
                if kept:
                    os.write(saved, kept)
                os.close(saved)
