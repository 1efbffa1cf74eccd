"""Exit statuses and environment variables, for the help, the manual page and ``--help -f json``."""

STATUSES = {
    0: "done",
    1: "the answer is no",
    2: "could not run: usage, a missing file",
    3: "the input was read and is bad",
    70: "a fault of losscli",
    130: "interrupted",
    141: "the reader of the pipe went away",
}
ENVIRONMENT = {
    "LOSSCLI_FORMAT": "what -f is if it is not given; how a result looks, never what it is",
    "LOSSCLI_DIGITS": "what --digits is if it is not given",
    "LOSSCLI_COLOR": "what --color is if it is not given",
    "LOSSCLI_ERRORS": "json: messages on stderr are a JSON document a line, as with --errors json",
    "LOSSCLI_DEBUG": "anything: a fault of losscli shows where it is",
    "NO_COLOR": "anything: no colours",
    "FORCE_COLOR, CLICOLOR_FORCE": "anything but 0: colours, also where no terminal is",
    "CLICOLOR": "0: no colours",
    "COLUMNS, LINES": "the size of the terminal, if it is not what the terminal says",
    "TMPDIR": "where large inputs from a pipe wait",
}
