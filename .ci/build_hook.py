"""Writes the commit that a wheel or a source archive is built from into it, as `segtui/commit.txt`."""

import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CommitHook(BuildHookInterface[Any]):
    """Adds `commit.txt` to the package. An editable install asks git when it runs instead."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the file, where git or the source archive tells the commit."""
        root = Path(self.root)
        if version == "editable" or (root / "segtui" / "commit.txt").is_file() or not (root / ".git").exists():
            return
        command = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  fixed words
        except (OSError, subprocess.CalledProcessError):
            return
        with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as file:
            file.write(done.stdout)
        self._file = file.name
        build_data["force_include"][file.name] = "segtui/commit.txt"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove the temporary file."""
        if name := getattr(self, "_file", None):
            Path(name).unlink(missing_ok=True)
