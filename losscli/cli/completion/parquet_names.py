"""The names of a Parquet file's columns, from its footer, as importing pyarrow would take too long."""

from __future__ import annotations

import os
from typing import Any

_MAGIC, _LONGEST = b"PAR1", 1 << 24
_SCHEMA, _NAME, _CHILDREN = 2, 4, 5  # fields of FileMetaData and of SchemaElement


def parquet_names(path: str) -> list[str]:
    """The names of the outermost columns."""
    with open(path, "rb") as file:
        file.seek(-8, os.SEEK_END)
        tail = file.read(8)
        size = int.from_bytes(tail[:4], "little")
        if tail[4:] != _MAGIC or size > _LONGEST:
            raise ValueError("no footer")
        file.seek(-8 - size, os.SEEK_END)
        elements = _Compact(file.read(size)).struct(last=_SCHEMA)[_SCHEMA]
    names, i = [], 1
    while i < len(elements):
        names.append(elements[i][_NAME].decode())
        i = _after(elements, i)
    return names


def _after(elements: list[dict[int, Any]], i: int) -> int:
    """The index of the element after element ``i`` and all its descendants."""
    children, i = elements[i].get(_CHILDREN, 0), i + 1
    for _ in range(children):
        i = _after(elements, i)
    return i


class _Compact:
    """Thrift's compact protocol, as far as a footer needs it."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def struct(self, last: int | None = None) -> dict[int, Any]:
        """The fields of a struct by number, up to the ``last`` one wanted."""
        fields: dict[int, Any] = {}
        number = 0
        while last not in fields and (head := self._byte()) != 0:
            number = number + (head >> 4) if head >> 4 else self._integer()
            fields[number] = self._value(head & 15)
        return fields

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def _unsigned(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def _integer(self) -> int:
        value = self._unsigned()
        return (value >> 1) ^ -(value & 1)

    def _bytes(self, size: int) -> bytes:
        self._at += size
        return self._data[self._at - size : self._at]

    def _value(self, kind: int) -> Any:
        match kind:
            case 1 | 2:  # true, false
                return kind == 1
            case 3:
                return self._byte()
            case 7:  # a double
                return self._bytes(8)
            case 8:
                return self._bytes(self._unsigned())
            case 9 | 10:  # a list, a set
                head = self._byte()
                count = self._unsigned() if head >> 4 == 15 else head >> 4
                return [self._value(head & 15) for _ in range(count)]
            case 12:
                return self.struct()
        return self._integer()
