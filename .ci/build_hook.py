"""Writes the commit that a wheel or a source archive is built from into it, as `segtui/commit.txt`."""

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CommitHook(BuildHookInterface[Any]):
    """Adds `commit.txt` to the package. An editable install asks git when it runs instead."""

    _file: str | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the file if git tells the commit; a source archive has it already."""
        if version == "editable" or (Path(self.root) / "segtui" / "commit.txt").is_file():
            return
        sys.path.insert(0, self.root)
        try:
            from segtui.build_info import commit
        finally:
            sys.path.remove(self.root)
        if name := commit():
            with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as file:
                file.write(f"{name}\n")
            self._file = file.name
            build_data["force_include"][file.name] = "segtui/commit.txt"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove the temporary file."""
        if self._file is not None:
            Path(self._file).unlink(missing_ok=True)
