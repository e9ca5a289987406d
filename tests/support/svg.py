"""Pictures of screens, kept beside the tests and compared with what is drawn now."""

from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode


class SvgSnapshot(SingleFileSnapshotExtension):
    """One SVG file for each picture; open it in a browser to see what a change did."""

    _write_mode = WriteMode.TEXT
    file_extension = "svg"
