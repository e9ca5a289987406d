"""A simulator of the calling platform on loopback, for demos and tests: it makes no calls, and fails on request."""

from segtui.dialer.simulator.faults import Faults
from segtui.dialer.simulator.simulated_calls import Behaviour, SimulatedCall, read_log
from segtui.dialer.simulator.simulator import Simulator

__all__ = ["Behaviour", "Faults", "SimulatedCall", "Simulator", "read_log"]
