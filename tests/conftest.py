"""Random tests use the same examples every time; ``--hypothesis-profile=explore`` looks for new ones."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("default", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile("default")
