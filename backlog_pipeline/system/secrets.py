"""Which environment variables hold secrets, told by their names, since nobody marks them."""

_WORDS = (
    "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL",
    "PRIVATE_KEY", "API_KEY", "ACCESS_KEY",
)  # fmt: skip


def is_secret(name: str) -> bool:
    """Whether a variable is named like one that holds a secret."""
    return any(word in name.upper() for word in _WORDS)
