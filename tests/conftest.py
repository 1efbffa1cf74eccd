"""Settings for every test.

Random tests use the same examples every time; ``--hypothesis-profile=explore`` looks for new ones.
"""

from __future__ import annotations

import signal

from hypothesis import settings

settings.register_profile("default", derandomize=True, deadline=None, max_examples=40)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile("default")

# A job in the background inherits that Ctrl-C is ignored, and one under nohup that hang-ups are: so would every process
# that a test starts and interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
