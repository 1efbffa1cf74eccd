"""Value objects that are cheap to define: dataclasses would compile methods for each of sixty classes at start-up.

A record is like a dataclass, but all records share their methods; only the type checker enforces that it is frozen.
For a class with many records, ``__init__`` is compiled after all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, dataclass_transform, overload

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_MISSING: Any = object()
_OFTEN = 64  # records of a class from which on compiling ``__init__`` pays


class _Field:
    """The properties of a field."""

    def __init__(self, default: Any, factory: Callable[[], Any] | None, compare: bool, show: bool) -> None:
        self.default = default
        self.factory = factory
        self.compare = compare
        self.show = show


_PLAIN = _Field(_MISSING, None, compare=True, show=True)


def field(
    *,
    default: Any = _MISSING,
    default_factory: Callable[[], Any] | None = None,
    compare: bool = True,
    repr: bool = True,  # noqa: A002 - as dataclasses call it
) -> Any:
    """A field of a record with more than a default, as in dataclasses."""
    return _Field(default, default_factory, compare, repr)


@overload
def record(cls: type[T], /) -> type[T]: ...
@overload
def record(*, frozen: bool = True, kw_only: bool = False) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[Any] | None = None, /, *, frozen: bool = True, kw_only: bool = False) -> Any:
    """Make a class a record: its annotated fields define ``__init__``, equality, hash and repr."""
    if cls is None:
        return lambda cls: _record(cls, frozen, kw_only)
    return _record(cls, frozen, kw_only)


def replace(one: T, /, **changes: Any) -> T:
    """The same record with some fields changed."""
    return type(one)(**(fields_of(one) | changes))


def fields_of(one: Any) -> dict[str, Any]:
    """The fields of a record by name."""
    return {name: getattr(one, name) for name in one._fields}


def _record(cls: type[T], frozen: bool, kw_only: bool) -> type[T]:
    own = cls.__dict__
    fields = {name: _own(cls, name) if name in own else _PLAIN for name in cls.__annotations__}
    methods = {
        "_fields": fields,
        "__init__": _initializer(cls, fields, kw_only),
        "__repr__": _shown,
        "__eq__": _equal,
        "__hash__": _hashed if frozen else None,
    }
    for name, method in methods.items():
        if name not in own:
            setattr(cls, name, method)
    return cls


def _own(cls: type[Any], name: str) -> _Field:
    given = cls.__dict__[name]
    if isinstance(given, _Field):
        delattr(cls, name)
        return given
    return _Field(given, None, compare=True, show=True)


def _initializer(cls: type[Any], fields: dict[str, _Field], kw_only: bool) -> Callable[..., None]:
    given = [(name, one) for name, one in fields.items() if one is not _PLAIN]
    defaults = {name: one.default for name, one in given if one.default is not _MISSING}
    factories = [(name, one.factory) for name, one in given if one.factory is not None]
    most, left = 0 if kw_only else len(fields), _OFTEN

    def initialize(self: Any, *values: Any, **named: Any) -> None:
        nonlocal left
        left -= 1
        if not left:
            cls.__init__ = _compiled(fields, kw_only)
        mine = self.__dict__
        mine.update(defaults)
        mine.update(zip(fields, values, strict=False))
        mine.update(named)
        for name, make in factories:
            if name not in mine:
                mine[name] = make()
        if mine.keys() != fields.keys() or len(values) > most:
            wrong = ", ".join(sorted(mine.keys() ^ fields.keys())) or "positional arguments"
            raise TypeError(f"{type(self).__name__}: missing or unknown: {wrong}")

    return initialize


def _compiled(fields: dict[str, _Field], kw_only: bool) -> Callable[..., None]:
    """``__init__`` as in a dataclass: three times as fast as the shared one, but compiling it costs sixty calls."""
    scope: dict[str, Any] = {"_missing": _MISSING}
    taken, lines = ["self", *["*"][: kw_only and len(fields)]], ["pass"]
    for name, one in fields.items():
        value = name
        if one.factory is not None:
            scope[f"_make_{name}"] = one.factory
            taken.append(f"{name}=_missing")
            value = f"_make_{name}() if {name} is _missing else {name}"
        elif one.default is not _MISSING:
            scope[f"_default_{name}"] = one.default
            taken.append(f"{name}=_default_{name}")
        else:
            taken.append(name)
        lines.append(f"self.{name} = {value}")
    exec(f"def __init__({', '.join(taken)}):\n " + "\n ".join(lines), scope)
    made: Callable[..., None] = scope["__init__"]
    return made


def _values(self: Any) -> tuple[Any, ...]:
    return tuple(getattr(self, name) for name, one in self._fields.items() if one.compare)


def _shown(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name, one in self._fields.items() if one.show)
    return f"{type(self).__qualname__}({shown})"


def _equal(self: Any, other: object) -> bool:
    return _values(self) == _values(other) if type(self) is type(other) else NotImplemented


def _hashed(self: Any) -> int:
    return hash(_values(self))
