"""A simulator of the calling platform on loopback, for a demo and for tests: it calls nobody, and fails on request."""

from segtui.dialer.simulator.faults import Faults
from segtui.dialer.simulator.simulated_calls import Accepted, Behaviour, read_log
from segtui.dialer.simulator.simulator import Simulator

__all__ = ["Accepted", "Behaviour", "Faults", "Simulator", "read_log"]
