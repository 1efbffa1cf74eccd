"""One argument becomes arrays or a table: inline values, a path or stdin, or files."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from losscli.errors import UsageError
from losscli.inputs.array.arrays import Arrays, ArrayStream, in_memory
from losscli.record import replace

if TYPE_CHECKING:
    from losscli.inputs.choose.columns import Table
    from losscli.inputs.read_options import ReadOptions

PREDICTIONS = "PREDICTIONS"


def open_input(argument: str, role: str, options: ReadOptions, stdin: BinaryIO | None) -> Table | Arrays:
    """Open what an argument names or spells.

    Args:
        argument: Inline values, a path or ``-``.
        role: What the usage calls the argument: ``PREDICTIONS``, ``LABELS`` or an option.
        options: How to read it.
        stdin: Standard input.

    Raises:
        UsageError: There is no such file, or its format is not supported.
        InputError: What is there can't be read as numbers or labels.
    """
    if role != PREDICTIONS and options.append is not None:
        options = replace(options, append=None)  # only rows of the predictions are handed on
    if not argument.strip():
        raise UsageError(f"{role} is empty", hint="give a path, - or values such as 0.1,0.9")
    if argument.strip()[0] in ("'", '"'):
        argument = _unquoted(argument)
    if argument.strip() == "-":
        from losscli.inputs.formats import open_file

        return open_file("-", role, options, stdin)
    if not is_typed(argument):
        return _open_path(argument, role, options)
    if argument.lstrip().startswith("{"):
        from losscli.inputs.json.decode import decode
        from losscli.inputs.json.document import interpret

        return interpret(decode(argument, role), role, options)
    return _inline(argument, role, options)


def _unquoted(argument: str) -> str:
    """An argument without the quotes that cmd.exe leaves around it."""
    from losscli.inputs.source.bytes import is_file

    quote, inside = argument.strip()[0], argument.strip()[1:-1]
    is_quoted = argument.strip() == f"{quote}{inside}{quote}" and quote not in inside and inside.strip()
    return inside if is_quoted and not is_file(argument) else argument


def _open_path(argument: str, role: str, options: ReadOptions) -> Table | Arrays:
    """Open one file, or those of a directory or a glob."""
    from losscli.inputs.formats import open_file
    from losscli.inputs.source.bytes import may_be_many

    if may_be_many(argument):
        from losscli.inputs.source.listing import files_of

        found = files_of(argument, role)
        if found is not None:
            from losscli.inputs.many_files import open_files

            return open_files(found, role, options)
    return open_file(argument, role, options)


def is_typed(argument: str) -> bool:
    """Whether an argument is values rather than a path or stdin; numbers always are, whatever files exist."""
    from losscli.inputs.array.inline import has_numbers_only, looks_inline

    if has_numbers_only(argument):
        return True
    if not (argument.lstrip().startswith("{") or looks_inline(argument)):
        return False
    from losscli.inputs.source.bytes import is_file

    return not is_file(argument)


def _inline(argument: str, role: str, options: ReadOptions) -> Arrays | Table:
    from losscli.inputs.array.inline import as_texts, locate, parse_inline
    from losscli.inputs.json.nested import to_array

    values = parse_inline(argument, role)
    if values and isinstance(values[0], dict):
        from losscli.inputs.json.decode import decode
        from losscli.inputs.json.document import interpret

        return interpret(decode(argument, role), role, options)

    def load(key: str, text: bool) -> ArrayStream:
        words = as_texts(argument, role) if text else None
        return in_memory(
            role,
            to_array(words or values, locate(role, values), text=text, missing=options.missing),
            options.chunk_bytes,
        )

    return Arrays(role, ("",), load)
