"""The fingerprint ``primaryLocationLineHash`` of SARIF results, as GitHub's ``codeql-action`` computes it.

Source: github.com/github/codeql-action, ``src/fingerprints.ts``, whose comments describe it: for every
line a rolling hash of the first 100 characters from its start that are neither space nor tab (line ends
count, all as ``\\n``), base 37, modulo 2**64, as hexadecimal, with ``:n`` for the n-th line of the file
with that hash. The file's end counts as one character (65535), and is padded with zeros. Written anew
from that description; ``python benchmarks/identity.py --short`` holds it to values that the project's own
tests publish.
"""

from collections import Counter
from functools import lru_cache

import numpy as np

_WINDOW = 100
_BASE = 37
_END = 65535
_POWERS = np.array([pow(_BASE, _WINDOW - 1 - n, 1 << 64) for n in range(_WINDOW)], dtype=np.uint64)
PUBLISHED = {
    "": ["c129715d7a2bc9a3:1"],
    " a\nb\n  \t\tc\n d": [
        "271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1",
    ],
    " hello; \t\r\nworld!!!\r\n\n\r  \t\tGreetings\r End\r": [
        "e9496ae3ebfced30:1", "fb7c023a8b9ccb3f:1", "ce8ba1a563dcdaca:1", "e20e36e16fcb0cc8:1",
        "b3edc88f2938467e:1", "c8e28b0b4002a3a0:1", "c129715d7a2bc9a3:1",
    ],
}  # fmt: skip
"""Texts and the hashes of their lines, from that project's ``src/fingerprints.test.ts``."""


@lru_cache(maxsize=4096)
def line_hashes(text: str) -> tuple[str, ...]:
    """One fingerprint for each line of a file."""
    bare = text.replace("\r\n", "\n").replace("\r", "\n").replace(" ", "").replace("\t", "")
    units = np.frombuffer(bare.encode("utf-16-le", "surrogatepass"), dtype="<u2").astype(np.uint64)
    starts = np.concatenate(([0], np.flatnonzero(units == ord("\n")) + 1))
    padded = np.concatenate((units, [_END], np.zeros(_WINDOW))).astype(np.uint64)
    windows = padded[starts[:, None] + np.arange(_WINDOW)]
    seen: Counter[int] = Counter()
    hashes = []
    for value in (windows * _POWERS).sum(axis=1, dtype=np.uint64).tolist():
        seen[value] += 1
        hashes.append(f"{value:x}:{seen[value]}")
    return tuple(hashes)
