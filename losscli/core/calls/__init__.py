"""A framework's call as the steps of a pass: it computes what the framework does and is checked as the plain loss is.

`CallSteps` in ``call_steps.py`` takes the place of `PlainSteps`; ``call_values.py`` computes what the call returns
from its ``Reference``, by the layout of its arrays (``call_layout.py``) and its own reductions (``call_reduced.py``).
``call_neighbours.py`` puts it next to plain mathematics. No framework is named here: what differs is data.
"""
