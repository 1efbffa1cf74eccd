"""Value objects that are cheap to define: dataclasses would compile methods for each of sixty classes at start-up.

A record is like a dataclass, but all records share their methods; only the type checker enforces that it is frozen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, dataclass_transform, overload

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_MISSING: Any = object()


class _Field:
    """The properties of a field."""

    def __init__(self, default: Any, factory: Callable[[], Any] | None, compare: bool, show: bool) -> None:
        self.default = default
        self.factory = factory
        self.compare = compare
        self.show = show


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
    fields: Any = type(one)
    return type(one)(**({name: getattr(one, name) for name in fields._fields} | changes))


def _record(cls: type[T], frozen: bool, kw_only: bool) -> type[T]:
    fields = {name: _own(cls, name) for name in cls.__annotations__}
    methods = {
        "_fields": fields,
        "__init__": _initializer(fields, 0 if kw_only else len(fields)),
        "__repr__": _shown,
        "__eq__": _equal,
        "__hash__": _hashed if frozen else None,
    }
    for name, method in methods.items():
        if name not in cls.__dict__:
            setattr(cls, name, method)
    return cls


def _own(cls: type[Any], name: str) -> _Field:
    given = cls.__dict__.get(name, _MISSING)
    if isinstance(given, _Field):
        delattr(cls, name)
        return given
    return _Field(given, None, compare=True, show=True)


def _initializer(fields: dict[str, _Field], most: int) -> Callable[..., None]:
    defaults = {name: one.default for name, one in fields.items() if one.default is not _MISSING}
    factories = [(name, one.factory) for name, one in fields.items() if one.factory is not None]

    def initialize(self: Any, *values: Any, **named: Any) -> None:
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


def _values(self: Any) -> tuple[Any, ...]:
    return tuple(getattr(self, name) for name, one in self._fields.items() if one.compare)


def _shown(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name, one in self._fields.items() if one.show)
    return f"{type(self).__qualname__}({shown})"


def _equal(self: Any, other: object) -> bool:
    return _values(self) == _values(other) if type(self) is type(other) else NotImplemented


def _hashed(self: Any) -> int:
    return hash(_values(self))
