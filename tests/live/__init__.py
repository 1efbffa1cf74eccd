"""The job that compares every call with the live frameworks, on random inputs: ``python -m pytest tests/live``.

``LOSSCLI_LIVE_SEED`` makes other cases than the usual ones, ``LOSSCLI_LIVE_EXAMPLES`` more or fewer of each call.
"""

import os

SEED = int(os.environ.get("LOSSCLI_LIVE_SEED", "0"))
