"""Commands and their options: what ``--help`` and completion import. No NumPy, nothing that computes.

Built from the declarations: ``loss_command.py`` for a loss, ``call_command.py`` for a framework's call, both on
``declared_command.py``. Start with ``options.py`` for what can be typed, in the groups in which the help lists it.
"""
