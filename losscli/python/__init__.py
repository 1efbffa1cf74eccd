"""What Python hands over and gets back: arrays and tables of any library, keyword arguments, answers, errors.

``losscli.api`` is the door. No other library is imported here: what is given is asked what it can do.
"""
