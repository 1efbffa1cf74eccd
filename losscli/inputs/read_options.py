"""What the user may say about the input; everything left out is decided and reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.record import field, record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from losscli.core.condition import Condition
    from losscli.core.groups.parts import Part


@record(frozen=False)
class Meter:
    """The progress of reading.

    Attributes:
        total: Bytes of all files; None for a pipe.
    """

    total: int | None = None
    _before: int = 0
    _consumed: Callable[[], int] = int

    def __reduce__(self) -> tuple[type[Meter], tuple[()]]:
        """In another process, progress starts anew."""
        return Meter, ()

    def opened(self, consumed: Callable[[], int], size: int | None) -> None:
        """Add an opened file; ``consumed`` returns how many of its bytes were read."""
        self._before += self._consumed()
        self._consumed = consumed
        if self.total is None:
            self.total = size

    def position(self) -> tuple[int, int | None]:
        """Bytes read, and the total."""
        return self._before + self._consumed(), self.total


@record
class ReadOptions:
    """How to read PREDICTIONS and LABELS.

    Attributes:
        format: ``csv``, ``tsv``, ``json``, ``ndjson``, ``npy``, ``npz``, ``parquet``, ``arrow`` or ``safetensors``;
            None: by suffix, else content.
        delimiter: One character, ``tab`` or ``space`` (runs of white space); None looks at the first lines.
        header: Whether the first line names the columns; None looks at the first two lines.
        label: Label columns: names, globs, 1-based numbers, ranges, comma separated; several are one-hot or
            soft labels.
        pred: Prediction columns, the same way.
        sample_weight: A column name if the table has it, else inline values or a path.
        id: The column that names the samples.
        join: The columns by which rows of PREDICTIONS and of LABELS are paired; None pairs them by position.
        beside: The paths of the other of two files, which may tell if the first line is a header, and of this file.
        drop: With ``join``, rows without a partner are left out; otherwise they are refused.
        comment: What starts a comment in text; a comment ends with the line.
        skip: The number of lines of text before the table.
        limit: The number of rows to read; None reads all.
        encoding: The encoding of text without a byte order mark; None is UTF-8.
        missing: Missing numbers are NaN and missing words empty; otherwise they are refused.
        na: Further texts that stand for missing values.
        classes: The names of the classes, if they are given.
        ordered: Columns that are called so are put in the order of these names.
        against: Other predictions for the same rows: a path, columns of the predictions' table or an array in the
            same file, else inline values.
        held: The tables among ``against`` that are in memory, by name.
        extras: Further arrays that the loss takes, by its names for them: columns of the predictions' table or an
            array in the same file, else inline values, a path or ``-``.
        labels: The loss takes labels; otherwise none are looked for.
        shift: Each prediction is for the label so many places later; earlier if negative.
        class_axis: The axis of the classes in predictions (and in labels of as many axes); None for the last.
        classes_along: The class axis that a call reads; classes stay there, or on ``class_axis`` if given.
        rows_second: Rows are the second of three axes of predictions, as where time steps come first.
        unlabelled: A column of log-probabilities of observed outcomes may come without labels.
        raw_labels: Predictions may be words, as labels may.
        shares: Labels lie between 0 and 1.
        decided: Predictions are predicted classes, not scores.
        names: The columns of the first of several files, which may be the header of each.
        by: The groupings of rows: columns, ranges of their numbers, ``file``, ``label``, ``predicted``.
        parts: ``by``, once the columns are known.
        where: Only rows for which this holds are read.
        picked_by: The roles of the columns of ``where``, once these are known.
        append: The rows are to be handed on unchanged, with a column of this name appended.
        cluster: The column of clusters, or a file or values; rows of one cluster belong together.
        clusters: ``cluster``, once the columns are known.
        together: The values that a path finds in one record belong together, unless ``cluster`` says otherwise.
        threads: A thread may decode ahead; not allowed where processes will be forked.
        columnwise: Predictions may be column-major in memory, where that is less work. It changes the order in which a
            row is summed, so only losses that sum in a fixed order may set it.
        meter: Notified of every opened file of PREDICTIONS.
        memory_limit: The most bytes held at once of data that must be read whole, and is decompressed or comes through
            a pipe.
        chunk_bytes: The number of bytes of text parsed at a time.
        chunk_rows: The exact number of rows of every batch but the last of a file; None takes them as they come.
    """

    format: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    label: str | None = None
    pred: str | None = None
    sample_weight: str | None = None
    id: str | None = None
    join: str | None = None
    beside: tuple[str, str] | None = None
    drop: bool = False
    comment: str | None = None
    skip: int = 0
    limit: int | None = None
    encoding: str | None = None
    missing: bool = False
    na: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    ordered: bool = False
    against: tuple[str, ...] = ()
    held: Mapping[str, Any] = field(default_factory=dict)
    extras: Mapping[str, str] = field(default_factory=dict)
    labels: bool = True
    shift: int = 0
    class_axis: int | None = None
    classes_along: int = -1
    rows_second: bool = False
    unlabelled: bool = False
    raw_labels: bool = False
    shares: bool = False
    decided: bool = False
    names: tuple[str, ...] | None = None
    by: str | None = None
    parts: tuple[Part, ...] = ()
    where: Condition | None = None
    picked_by: Mapping[str, str] = field(default_factory=dict)
    append: str | None = None
    cluster: str | None = None
    clusters: tuple[Part, ...] = ()
    together: bool = False
    threads: bool = True
    columnwise: bool = False
    meter: Meter | None = None
    memory_limit: int = 1 << 29
    chunk_bytes: int = 1 << 19
    chunk_rows: int | None = None

    @property
    def grouping(self) -> bool:
        """Whether columns are asked for by which rows are grouped, clustered or picked."""
        return self.together or any(one is not None for one in (self.by, self.where, self.cluster))
