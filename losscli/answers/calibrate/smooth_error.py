"""The smooth calibration error (Blasiok and Nakkiran 2023): a mean gap without bins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from losscli.ops import Array

_CELLS = 8192  # between 0 and 1
_ROUNDING = 1e-12  # rounding error of sums over all cells that should be 0


class Smoothed:
    """Residuals ``y - p`` as a function of ``p``, to be smoothed by a Gaussian reflected at 0 and 1.

    Args:
        p: Forecasts ``(n,)``.
        residual: The sum of the residuals at each forecast, divided by the number of rows.
    """

    def __init__(self, p: Array, residual: Array) -> None:
        at = np.minimum(np.floor(p * _CELLS).astype(np.intp), _CELLS - 1)
        right = residual * (p * _CELLS - at)  # each is split between its two neighbouring grid points
        points = np.bincount(at, residual - right, _CELLS + 1) + np.bincount(at + 1, right, _CELLS + 1)
        # The mirror image; a point at an end is its own image, and counts twice.
        mirrored = np.concatenate([points, points[-2:0:-1]])
        mirrored[[0, _CELLS]] *= 2.0
        self._waves = np.fft.rfft(mirrored)

    def error(self, width: float) -> float:
        """The integral of the absolute smoothed residual."""
        frequency = np.arange(len(self._waves)) * np.pi
        smooth = np.fft.irfft(self._waves * np.exp(-0.5 * (frequency * width) ** 2))[: _CELLS + 1]
        size = np.abs(smooth)
        return float(size.sum() - 0.5 * (size[0] + size[-1]))

    def fixed(self) -> float:
        """The width at which the error equals the width: the smooth calibration error."""
        low, high = 0.0, 1.0
        for _ in range(60):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if self.error(middle) > middle else (low, middle)
        return high if high > _ROUNDING else 0.0
