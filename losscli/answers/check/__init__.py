"""Is this input what you think it is? Diagnostics, each declared with its trigger, and the fixes they offer.

Takes an evaluation that has seen rows, and gives findings with the worst rows, what to type, and the loss then. A fix
is a ``Change``: it is tried on the data before it is offered, and put into words by the command that runs. What a
diagnostic counts is kept in ``core/evidence.py``. Start with ``check.py``.
"""
