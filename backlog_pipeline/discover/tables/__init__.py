"""Tables of defaults, as data that a person can read and change: what is an item, and what it is called."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def read_table(name: str) -> dict[str, Any]:
    """The TOML file ``name`` of this folder."""
    return tomllib.loads(resources.files(__name__).joinpath(f"{name}.toml").read_text("utf-8"))


@cache
def text_of(name: str) -> str:
    """The same file as text, for a digest of what a scan was configured with."""
    return resources.files(__name__).joinpath(f"{name}.toml").read_text("utf-8")
