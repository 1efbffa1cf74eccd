"""What Python passes in and gets back: arrays and tables of any library, keyword arguments, answers, errors.

``losscli.api`` is the door. No other library is imported here: objects are recognised by what they can do.
"""
