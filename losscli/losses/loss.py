"""What a loss is: a frozen declaration around a pure kernel.

Commands, options, help, the catalogue, conventions and tests are read off these objects.
Declare a loss once, in its family's module, and list it in ``losscli.losses.every``.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, overload

from losscli.losses.vocabulary import Domain, Inference, Takes
from losscli.record import field, record, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from losscli.losses.reference import Reference
    from losscli.losses.vocabulary import Kernel, Kind, Param


class References(Sequence["Reference"]):
    """The calls of a loss in order; those of less common frameworks are imported when they are reached.

    Args:
        declared: References, or the names of one or several in other modules, such as ``calls_timm.BINARY``.
        takes: What their kernels take, unless they say.
        reads: The kind of their predictions, unless they say.
    """

    def __init__(self, declared: Iterable[Reference | str], takes: Takes, reads: Kind) -> None:
        self._parts: list[Reference | str | tuple[Reference, ...]] = list(declared)
        self._takes, self._reads = takes, reads

    def __iter__(self) -> Iterator[Reference]:
        for i, part in enumerate(self._parts):
            if not isinstance(part, tuple):
                part = self._parts[i] = tuple(self._completed(part))  # noqa: PLW2901
            yield from part

    def _completed(self, part: Reference | str) -> Iterator[Reference]:
        """The calls of a part, with what they leave to the loss."""
        if isinstance(part, str):
            module, _, name = part.partition(".")
            found = getattr(import_module(f"losscli.losses.{module}"), name)
        else:
            found = part
        for call in found if isinstance(found, tuple) else (found,):
            whole = call.whole or (call.takes or self._takes) is Takes.SET
            yield replace(call, reads=call.reads or self._reads, whole=whole)

    def __bool__(self) -> bool:
        return bool(self._parts)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @overload
    def __getitem__(self, at: int) -> Reference: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Reference]: ...
    def __getitem__(self, at: int | slice) -> Reference | Sequence[Reference]:
        return tuple(self)[at]


@record
class Example:
    """A call and its result, shown in the help and run by the tests.

    Attributes:
        predictions: As typed on the command line.
        labels: As typed on the command line.
        value: The reduced result.
        source: The origin of the number.
        options: Further keyword arguments of ``losscli.evaluate``.
    """

    predictions: str
    labels: str
    value: float
    source: str
    options: Mapping[str, Any] = field(default_factory=dict)


@record(kw_only=True)
class Loss:
    """A loss: one declaration, one kernel.

    Attributes:
        name: The field's standard term in kebab case.
        family: The module's heading in help and catalogue.
        formula: Per sample, in plain text.
        steps: The formula as calculated on paper: symbols with expressions, the last one being the value.
            ``losscli.answers.explain.explain_rows`` says which names there are.
        references: The frameworks' calls; the first one's convention is the default of the plain command.
        laws: Names of properties that the tests check, or a reason why there are none in ``no_laws``.
        source: Paper, book, or framework and version.
        kinds: The kinds of predictions, the default first, if fewer than ``takes`` allows.
        extras: Further arrays that the kernel takes by name, each with a description.
        whole: All rows must be seen at once, as for every kernel of a set.
        accuracy: How far results may be from the formula, and why, if that is more than 8 units in the last place.
        domain: The numbers that predictions and labels may be.
        undefined: When the result is NaN, if nothing else tells.
        higher_is_better: True for an accuracy.
        log_score: It is the negative log-probability of the truth, so that ``exp`` of its mean is a perplexity.
        exponential: Names under which the perplexity is the value.
        inference: What its interval is computed from.
        linear: For smooth functions of means or ranks: ``linear(x, y, weights, **params)`` gives one value ``(N,)`` per
            row, whose mean is the loss and has the variance of the loss to first order (the delta method). For a
            median: the values that it is the median of.
    """

    name: str
    aliases: tuple[str, ...] = ()
    family: str
    summary: str
    formula: str
    steps: tuple[tuple[str, str], ...]
    takes: Takes
    kernel: Kernel
    kinds: tuple[Kind, ...]
    unit: str = ""
    params: tuple[Param, ...] = ()
    references: Sequence[Reference] = ()
    examples: tuple[Example, ...] = ()
    laws: frozenset[str] = frozenset()
    source: str
    extras: Mapping[str, str] = field(default_factory=dict)
    whole: bool = False
    accuracy: str = ""
    undefined: str = ""
    domain: Domain = Domain.REAL
    higher_is_better: bool = False
    log_score: bool = False
    exponential: tuple[str, ...] = ()
    inference: Inference = Inference.MEAN
    linear: Kernel | None = None

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def names(self) -> tuple[str, ...]:
        """The name and its aliases."""
        return (self.name, *self.aliases)

    @property
    def decides(self) -> bool:
        """Whether only the predicted class matters, so that predictions may be classes."""
        return self.takes is Takes.DECISION and self.domain is not Domain.PROBABILITY_ROWS

    @property
    def compares_classes(self) -> bool:
        """Whether it compares predicted classes, even if a table also has their probabilities."""
        return self.decides or self.domain is Domain.CLASS_NUMBERS

    @property
    def names_classes(self) -> bool:
        """Whether classes have names: those of columns, or words in an order."""
        return self.takes.classes or self.takes.labelled or self.orders_classes

    @property
    def orders_classes(self) -> bool:
        """Whether distances between classes may count."""
        return any(one.name == "weighing" for one in self.params)

    @property
    def frameworks(self) -> dict[str, Reference]:
        """The first present reference of each framework, from which ``--like`` chooses by one word.

        Calls with a formula of their own are left out: they are commands of their own.
        """
        found: dict[str, Reference] = {}
        for reference in self._present():
            found.setdefault(reference.framework, reference)
        return found

    def _present(self) -> Iterator[Reference]:
        """The present calls that may be a convention of the plain command."""
        for reference in self.references:
            if reference.older or reference.apart:
                continue
            if reference.kernel is None or self.takes.of_probabilities:
                yield reference

    @property
    def default(self) -> str:
        """The convention of the plain command; empty if it is plain mathematics."""
        return next((reference.framework for reference in self._present()), "")

    @property
    def older(self) -> dict[str, Reference]:
        """Past versions of calls, by their names for ``--like``."""
        return {reference.convention: reference for reference in self.references if reference.older}

    @property
    def conventions(self) -> dict[str, Reference]:
        """All conventions for ``--like``, by name; older versions come last."""
        return self.frameworks | self.older

    def convention(self, name: str) -> Reference | None:
        """The convention of that name, or of the version named, as in ``sklearn==1.1``; None if there is none."""
        for reference in self._present():  # imports no more than necessary
            if reference.framework == name:
                return reference
        if name in self.older:
            return self.older[name]
        framework, _, version = name.partition("==")
        known = [one for one in self.conventions.values() if one.framework == framework and one.covers(version)]
        return known[0] if known else None

    def param(self, name: str) -> Param | None:
        """The parameter of that name, if the loss has it."""
        return next((param for param in self.params if param.name == name), None)


def loss(*, takes: Takes, kinds: tuple[Kind, ...] | None = None, **declaration: Any) -> Callable[[Kernel], Loss]:
    """Declare the decorated kernel as a ``Loss``; its family is ``FAMILY`` of its module, unless given."""

    def declare(kernel: Kernel) -> Loss:
        whole = declaration.setdefault("whole", takes is Takes.SET)
        declaration.setdefault("family", kernel.__globals__.get("FAMILY"))
        declaration.setdefault("inference", Inference.NONE if whole else Inference.MEAN)
        own = kinds or takes.kinds
        references = References(declaration.pop("references", ()), takes, own[0])
        return Loss(takes=takes, kinds=own, kernel=kernel, references=references, **declaration)

    return declare


@record(kw_only=True)
class Transform:
    """Rows in, rows out: what people compute before or after a loss.

    Attributes:
        kernel: ``(n, C)`` float64 to ``(n, C)``, or to ``(n,)`` if ``column`` is set.
        column: The name of the single resulting column; empty if each column is transformed in place.
        labels: The input is labels, not numbers to compute with.
        several: A row of one number is refused, as its result is trivial.
    """

    name: str
    summary: str
    formula: str
    kernel: Kernel
    params: tuple[Param, ...] = ()
    examples: tuple[tuple[str, str], ...] = ()
    source: str
    column: str = ""
    labels: bool = False
    several: bool = False
