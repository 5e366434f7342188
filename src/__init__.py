"""Altyn takes money and delivers goods inside Telegram; neither is ever lost or doubled."""


def __getattr__(name: str) -> str:
    # Asked for late: importlib.metadata alone costs as much as the whole core.
    if name == "__version__":
        from importlib.metadata import version

        return version("altyn")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
