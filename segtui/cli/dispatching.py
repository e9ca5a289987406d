"""`segtui campaigns run`: the dispatcher as a service."""

import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from segtui.cli import output
from segtui.cli.options import Invocation, pass_invocation
from segtui.cli.campaigns import campaigns

if TYPE_CHECKING:
    from segtui.config import Settings
