"""A simulator of the calling platform on loopback, for a demo and for tests: it calls nobody, and fails on request."""

from segtui.calling.simulator.calls import Accepted, Behaviour, read_log
from segtui.calling.simulator.faults import Faults
from segtui.calling.simulator.simulator import Simulator

__all__ = ["Accepted", "Behaviour", "Faults", "Simulator", "read_log"]
