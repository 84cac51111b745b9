"""Compute on a millimetre grid of head coordinates: shapes, blurring, resampling.

Arrays are indexed [z, y, x]; coordinates are RAS+ millimetres: x to the right of the patient, y to the
front, z to the top.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]
Line = NDArray[np.floating]
Point = tuple[float, float, float]


@dataclass(frozen=True)
class Grid:
    """Hold the coordinates of a 1 mm grid in RAS+ millimetres."""

    x: Field
    y: Field
    z: Field

    @property
    def shape(self) -> tuple[int, int, int]:
        """Return the size of an array on this grid, [z, y, x]."""
        return len(self.z), len(self.y), len(self.x)

    def axes(self) -> tuple[Field, Field, Field]:
        """Return x, y and z shaped to broadcast to an array of the grid."""
        return self.x[None, None, :], self.y[None, :, None], self.z[:, None, None]

    def box(self, centre: Point, reach: float) -> tuple[slice, slice, slice]:
        """Return the slices [z, y, x] of the cube around a point, so that shapes cost what they cover."""
        ranges = []
        for line, middle in zip((self.z, self.y, self.x), reversed(centre), strict=True):
            low, high = np.searchsorted(line, (middle - reach, middle + reach))
            ranges.append(slice(int(low), int(high) + 1))
        return ranges[0], ranges[1], ranges[2]


def make_grid(x: tuple[int, int], y: tuple[int, int], z: tuple[int, int]) -> Grid:
    """Return a 1 mm grid; each bound is included."""
    lines = [np.arange(low, high + 1, dtype=np.float32) for low, high in (x, y, z)]
    return Grid(*lines)


def ellipsoid(grid: Grid, centre: Point, axes: Point, box: tuple[slice, slice, slice]) -> Field:
    """Return the distance in millimetres to an ellipsoid (about; negative inside) within a box."""
    zs, ys, xs = box
    x = (grid.x[xs] - centre[0])[None, None, :] / axes[0]
    y = (grid.y[ys] - centre[1])[None, :, None] / axes[1]
    z = (grid.z[zs] - centre[2])[:, None, None] / axes[2]
    distance: Field = ((np.sqrt(x * x + y * y + z * z) - 1) * min(axes)).astype(np.float32)
    return distance


def blur(volume: Field, sigma: float) -> Field:
    """Return the volume blurred by a Gaussian of `sigma` millimetres along each axis."""
    for axis, size in enumerate(volume.shape):
        offsets = np.subtract.outer(np.arange(size), np.arange(size)).astype(np.float32)
        weights = np.exp(-0.5 * (offsets / np.float32(sigma)) ** 2)
        weights /= weights.sum(axis=1, keepdims=True)
        volume = np.moveaxis(np.tensordot(weights, volume, axes=(1, axis)), 0, axis)
    return np.ascontiguousarray(volume)


def distance_outside(mask: Field, sigma: float) -> Field:
    """Return the distance to a shape in millimetres, smoothed over its folds (from a Gaussian blur).

    Across a flat border a blurred step is the normal distribution of the distance: it is read backwards.
    """
    levels = np.concatenate([np.geomspace(1e-6, 0.5, 200), 1 - np.geomspace(0.5, 1e-6, 200)[1:]])
    distances = [-sigma * NormalDist().inv_cdf(float(level)) for level in levels]
    return np.interp(blur(mask, sigma), levels, distances).astype(np.float32)


def linear_weights(samples: Line, line: Field) -> Field:
    """Return the matrix that interpolates values given on `line` at `samples`, 0 outside."""
    unit = np.eye(len(line), dtype=np.float32)
    columns = [np.interp(samples, line, column, left=0, right=0) for column in unit]
    return np.stack(columns, axis=1).astype(np.float32)
