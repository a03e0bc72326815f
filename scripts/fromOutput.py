"""Writes test/golden/fromOutput.json: derivatives of functions in terms of their results y, exact but for one rounding to float64.

They are what `backwardFromOutput` multiplies dy with. Of each function and each type there are results from all over its range, at its
ends and near them. Needs mpmath.
"""

import json
import math

from golden import GOLDEN, SELU_ALPHA, SELU_SCALE, TYPES
from mpmath import expm1, isfinite, mp, mpf

mp.prec = 400

COUNT = 64
INFINITY = math.inf


def ramp(y, low, high, below, between, above):
    return below if y <= low else above if y >= high else between


# Name: the derivative in terms of y, the ends of the range of y for some parameters, and these.
FUNCTIONS = {
    "sigmoid": (lambda y: y * (1 - y), [((0, 1), {})]),
    "tanh": (lambda y: (1 - y) * (1 + y), [((-1, 1), {})]),
    "softsign": (lambda y: (1 - abs(y)) ** 2, [((-1, 1), {})]),
    "exp": (lambda y: y, [((0, INFINITY), {})]),
    "expm1": (lambda y: y + 1, [((-1, INFINITY), {})]),
    "elu": (
        lambda y, alpha=1: 1 if y > 0 else y + alpha,
        [((-1, 2), {}), ((-0.3, 2), {"alpha": 0.3}), ((-5, 2), {"alpha": 5}), ((0, 2), {"alpha": 0})],
    ),
    "celu": (
        lambda y, alpha=1: 1 if y > 0 else y / alpha + 1,
        [((-1, 2), {}), ((-0.3, 2), {"alpha": 0.3}), ((-5, 2), {"alpha": 5}), ((-1e35, 2), {"alpha": 1e35})],
    ),
    "selu": (
        lambda y: SELU_SCALE if y > 0 else y + SELU_SCALE * SELU_ALPHA,
        [((-1.7580993408473766, 2), {})],
    ),
    "hardSigmoid": (lambda y: ramp(y, 0, 1, 0, mpf(1) / 6, 0), [((0, 1), {})]),
    "softplus": (
        lambda y, beta=1: -expm1(-beta * y),
        [((0, 60), {}), ((0, 200), {"beta": 0.3}), ((0, 20), {"beta": 3}), ((0, 1e-11), {"beta": 1e12})],
    ),
    "logSigmoid": (lambda y: -expm1(y), [((-60, 0), {})]),
    "squareplus": (
        lambda y, b=4: 4 * y * y / (4 * y * y + b),
        [((0, 50), {}), ((0, 50), {"b": 0.01}), ((0, 1e30), {"b": 1e20})],
    ),
}


def outputs(type, ends):
    """Numbers within the ends: even, by their size, and ever nearer to either end."""
    low, high = (max(-1e30, min(1e30, end)) for end in ends)
    state = 1
    for i in range(COUNT):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        fraction = state / 2**32
        distance = (high - low) * fraction / 2 ** (i % (type.digits + 2))
        y = type.round([low + (high - low) * fraction, low + distance, high - distance, math.copysign(distance, low)][i % 4])
        yield min(max(y, low), high) if abs(y) > 0 else y
    yield from (type.round(end) for end in ends if end != INFINITY)


def results(type, function, ends, parameters):
    rounded = {name: type.round(value) for name, value in parameters.items()}
    given = {name: mpf(value) for name, value in rounded.items()}
    ys = sorted(set(type.round(y) for y in outputs(type, ends)))
    return {"parameters": parameters, "y": ys, "derivative": [float(function(mpf(y), **given)) for y in ys]}


if __name__ == "__main__":
    golden = {
        name: {type.name: [results(type, function, ends, parameters) for ends, parameters in settings] for type in TYPES}
        for name, (function, settings) in FUNCTIONS.items()
    }
    assert all(isfinite(value) for types in golden.values() for some in types.values() for one in some for value in one["derivative"])
    (GOLDEN / "fromOutput.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
