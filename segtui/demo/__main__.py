"""`python -m segtui.demo FOLDER`: the calls of an open demo, which starts this process."""

import sys
from pathlib import Path

from segtui.demo.demo_calls import run

if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1])))
