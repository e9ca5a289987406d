"""`python -m segtui.demo FOLDER`: the calls of a demo that is open, which starts this."""

import sys
from pathlib import Path

from segtui.demo.demo_calls import run

if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1])))
