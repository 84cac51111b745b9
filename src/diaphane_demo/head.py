"""Model a head in Hounsfield units around the MNI brain: skull, brain, ventricles, face, a small bleed.

The brain is the ICBM152 template's; what lies around it is drawn. It looks like a head and is nobody's.
"""

from pathlib import Path

import numpy as np

from diaphane_demo.assets import TEMPLATE
from diaphane_demo.grid import Field, Grid, Line, Point, blur, distance_outside, ellipsoid, make_grid
from diaphane_demo.nifti import read_nifti

AIR, FAT, MUSCLE, SKIN = -1000.0, -95.0, 55.0, 30.0
GREY, WHITE, FLUID = 38.0, 28.0, 6.0
TABLE, DIPLOE = 1450.0, 620.0
SKULL_INNER, SKULL_OUTER, SKIN_OUTER = 4.0, 9.5, 15.0

# A fresh putaminal bleed on the patient's left (x is negative there), with a rim of oedema.
BLEED_CENTRE: Point = (-27.0, 0.0, 3.0)
BLEED_AXES: Point = (6.5, 11.0, 8.0)


def build_head(assets: Path, random: np.random.Generator) -> tuple[Grid, Field]:
    """Return the grid and the head on it, in Hounsfield units, [z, y, x]."""
    grid = make_grid((-96, 96), (-132, 112), (-96, 100))
    grey, white, tissue = (_load(assets, kind, grid) for kind in ("gm", "wm", "t1"))
    inside = (tissue > 0.08).astype(np.float32)
    outside = distance_outside(inside, 7.0)
    head = _draw_envelope(grid, outside, random)
    _draw_face(grid, head, random)
    _draw_skull(head, outside, random)
    _draw_skull_base(grid, head, outside, random)
    _draw_brain(grid, head, outside, grey, white)
    return grid, head


def _load(assets: Path, kind: str, grid: Grid) -> Field:
    """Return a template map between 0 and 1 on the grid; below it, the lowest slice goes on (the cord)."""
    volume = read_nifti(assets / TEMPLATE.format(kind))
    source = np.asarray(volume.voxels, dtype=np.float32).transpose(2, 1, 0) / 255
    picked = []
    for axis, line in enumerate((grid.z, grid.y, grid.x)):
        index = (line - volume.affine[2 - axis, 3]).astype(int)
        if axis == 0:
            index = np.maximum(index, 0)
        picked.append(index)
    sides = [np.clip(index, 0, size - 1) for index, size in zip(picked, source.shape, strict=True)]
    placed = source[np.ix_(*sides)]
    for axis, (index, size) in enumerate(zip(picked, source.shape, strict=True)):
        beyond = (index < 0) | (index >= size)
        np.moveaxis(placed, axis, 0)[beyond] = 0
    return np.ascontiguousarray(placed)


def _draw_envelope(grid: Grid, outside: Field, random: np.random.Generator) -> Field:
    """Return skin, fat and muscle: the scalp around the brain joined to a face and a neck."""
    x, y, z = grid.axes()
    below = np.clip((-z - 5) / 90, 0, 1)
    front = np.interp(grid.z, (-96, -75, -52, -35, -10, 30), (82, 86, 93, 88, 84, 60))[:, None, None]
    back = -np.interp(grid.z, (-96, -60, -30, 0), (88, 92, 96, 80))[:, None, None]
    half, middle = (front - back) / 2, (front + back) / 2
    wide = 76 - 12 * below
    round_ = (np.abs(x / wide) ** 2.5 + np.abs((y - middle) / half) ** 2.5) ** (1 / 2.5)
    face = (round_ - 1) * wide + np.maximum(z - 8, 0)
    skin = -_join_depths(SKIN_OUTER - outside, -face)
    layers = np.interp(skin, (-6.5, -5.5, -2.0, -1.4, -0.4, 0.4), (MUSCLE, FAT, FAT, SKIN, SKIN, AIR))
    muscle = skin < -7
    planes = blur(random.standard_normal(grid.shape, dtype=np.float32), 3.0)
    planes /= planes.std()
    layers[muscle] += (np.interp(planes, (1.0, 1.9), (0, FAT - MUSCLE)) + 4 * planes)[muscle]
    return layers.astype(np.float32)


def _join_depths(a: Line, b: Line) -> Line:
    """Return the greater depth of two, joined without a crease (both negated distances)."""
    joined: Line = 3 * np.logaddexp(a / 3, b / 3)
    return joined


def _put(grid: Grid, head: Field, centre: Point, axes: Point, value: float, wall: float = 0.0) -> None:
    """Draw an ellipsoid of one density with soft borders, in a bony wall if one is given."""
    box = grid.box(centre, max(axes) + 4)
    distance = ellipsoid(grid, centre, axes, box)
    region = head[box]
    if wall:
        share = np.clip(1.6 - np.abs(distance - 0.6), 0, 1)
        region += share * np.maximum(wall - region, 0)
    share = np.clip(0.5 - distance, 0, 1)
    region += share * (value - region)


def _draw_face(grid: Grid, head: Field, random: np.random.Generator) -> None:
    """Draw orbits, air spaces, jaw and teeth on both sides."""
    for side in (-1.0, 1.0):
        _put(grid, head, (side * 30, 48, -33), (18, 27, 17), FAT, wall=900)
        _put(grid, head, (side * 31, 64, -32), (12.2, 12, 12.2), 12)
        _put(grid, head, (side * 31, 73, -32), (4.5, 2.2, 4.5), 85)
        for step in range(14):
            _put(grid, head, (side * (29 - 1.3 * step), 50 - 2.2 * step, -32 + 0.4 * step), (2, 2.4, 2), 36)
        _put(grid, head, (side * 41, 45, -33), (2, 15, 5), 50)
        _put(grid, head, (side * 19, 45, -33), (2, 15, 5), 50)
        _put(grid, head, (side * 31, 54, -64), (13, 16, 14), AIR, wall=1000)
        _put(grid, head, (side * 6.5, 58, -62), (4.5, 26, 15), AIR, wall=350)
        _put(grid, head, (side * 10, 50, -60), (3, 17, 6), 60)
        _put(grid, head, (side * 56, 44, -52), (3.5, 17, 4), 1100)
        _put(grid, head, (side * 47, 24, -78), (4.5, 15, 26), 600, wall=1500)
        _put(grid, head, (side * 51, 12, -50), (6, 5, 6), 700, wall=1300)
        for tooth in range(8):
            angle = 0.13 + 0.19 * tooth
            centre = (side * 26 * np.sin(angle), 44 + 36 * np.cos(angle), -88.0)
            _put(grid, head, centre, (3, 3, 9), 1750)
    _put(grid, head, (0, 20, -70), (9, 7, 22), AIR)
    _put(grid, head, (0, 45, -92), (20, 26, 9), 60)


def _draw_skull(head: Field, outside: Field, random: np.random.Generator) -> None:
    """Draw the vault: two compact tables and marrow between them."""
    middle = (SKULL_INNER + SKULL_OUTER) / 2
    depth = np.abs(outside - middle) / ((SKULL_OUTER - SKULL_INNER) / 2)
    texture = blur(random.standard_normal(head.shape, dtype=np.float32), 1.1)
    marrow = DIPLOE + 1100 * texture
    bone = np.where(depth > 0.55, TABLE, marrow)
    share = np.clip((1.06 - depth) / 0.18, 0, 1)
    np.copyto(head, np.where(head > AIR / 2, head + share * (np.maximum(bone, head) - head), head))


def _draw_skull_base(grid: Grid, head: Field, outside: Field, random: np.random.Generator) -> None:
    """Draw the petrous bones with their air cells, and the sinuses that the vault would have closed."""
    for side in (-1.0, 1.0):
        for step in range(9):
            along = step / 8
            centre = (side * (20 + 36 * along), -16 - 14 * along, -34 - 5 * along)
            _put(grid, head, centre, (8, 7, 7 + 2 * along), 1250)
        box = grid.box((side * 57, -34, -44), 17)
        cells = blur(random.standard_normal(head[box].shape, dtype=np.float32), 1.2)
        cells /= cells.std()
        near = ellipsoid(grid, (side * 57, -34, -44), (11, 14, 16), box)
        region = head[box]
        region[...] = np.where((near < 0) & (outside[box] > 5), np.where(cells > 0.2, -850, 900), region)
        _put(grid, head, (side * 62, -17, -40), (12, 2.6, 2.6), -900)
        _put(grid, head, (side * 8, 77, -14), (7, 4, 8), AIR, wall=1000)
        for cell in range(5):
            _put(grid, head, (side * 7.5, 36 + 8 * cell, -33), (5.5, 3.7, 10), AIR, wall=450)
    _put(grid, head, (0, 22, -38), (11, 9, 8), AIR, wall=800)


def _draw_brain(grid: Grid, head: Field, outside: Field, grey: Field, white: Field) -> None:
    """Draw grey and white matter, fluid, the falx, the cord, calcified choroid and pineal, and the bleed."""
    matter = np.clip(grey + white, 0, 1)
    brain = GREY * grey + WHITE * white + FLUID * (1 - matter)
    x, y, z = grid.axes()
    above_callosum = ((y + 18) / 56) ** 2 + ((z - 2) / 32) ** 2 > 1
    falx = (np.abs(x) < 1.2) & (z > 2) & above_callosum & (matter < 0.75)
    brain = np.where(falx, 48, brain)
    share = np.clip(SKULL_INNER + 0.2 - outside, 0, 1)
    np.copyto(head, head + share * (brain - head))
    _put(grid, head, (0, -47, -100), (8.5, 7.5, 36), FLUID, wall=1000)
    _put(grid, head, (0, -47, -100), (5.5, 4.5, 42), 34)
    _put(grid, head, (0, -32, -86), (5.5, 5.5, 13), 550, wall=1200)
    _put(grid, head, (0, -31, 1), (2.2, 2.6, 2.2), 190)
    for side in (-1.0, 1.0):
        _put(grid, head, (side * 19, -38, 10), (2, 3, 2.4), 140)
    _put(grid, head, BLEED_CENTRE, tuple(axis + 4.5 for axis in BLEED_AXES), 20)  # type: ignore[arg-type]
    _put(grid, head, BLEED_CENTRE, BLEED_AXES, 68)
