"""The whole system on one machine: a stand-in Calendar, a conference system, the functions, a queue.

The functions are processes of their own under functions-framework and everything speaks HTTP; the two outside
systems, the pump and the scheduler are threads of this process.
"""

from local.system.consent import CONNECT
from local.system.served import StartFailed
from local.system.system import FUNCTIONS, Plan, System

__all__ = ["CONNECT", "FUNCTIONS", "Plan", "StartFailed", "System"]
