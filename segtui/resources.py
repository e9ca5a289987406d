"""Folders of the styles and the sample data: inside an installed package, or beside it in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Return the folder `styles` or `sample_data`.

    A wheel carries both inside the package. An editable install maps neither, so the checkout's own is used.
    """
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name
