#!/usr/bin/env python3
"""Writes test/golden/attention.json: what attentionSoftmax and its gradient give, by arbitrary precision (mpmath; Debian's
python3-mpmath).

Each case is a row: the scores x, the bias (null for none) and dy, which float32 holds exactly, with scale and softcap (null for
none), and the float64s nearest to the exact results: y, and the gradients of x and of the bias from the exact y.
"""

import json
import random
from pathlib import Path

from mpmath import cosh, exp, mp, mpf, tanh

mp.prec = 250
FILE = Path(__file__).parent.parent / "test" / "golden" / "attention.json"


def results(x, bias, dy, scale, softcap):
    x, dy, scale = [mpf(v) for v in x], [mpf(v) for v in dy], mpf(scale)
    bias = [mpf(v) for v in bias] if bias else [mpf(0)] * len(x)
    capped = [v * scale if softcap is None else softcap * tanh(v * scale / softcap) for v in x]
    s = [v + b for v, b in zip(capped, bias)]
    largest = max(s)
    terms = [exp(v - largest) for v in s]
    total = sum(terms)
    y = [v / total for v in terms]
    dot = sum(a * b for a, b in zip(y, dy))
    ds = [a * (b - dot) for a, b in zip(y, dy)]
    slopes = [scale if softcap is None else scale / cosh(v * scale / softcap) ** 2 for v in x]
    return {"y": y, "dx": [a * b for a, b in zip(ds, slopes)], "dBias": ds}


def cases():
    numbers = random.Random(7)

    def floats(count, spread, step):
        return [numbers.randint(-spread * step, spread * step) / step for _ in range(count)]

    settings = [(1, None, 4), (0.125, None, 4), (1, 5, 4), (0.5, 30, 8), (0.125, 50, None), (2, 0.25, 1), (0.125, None, None)]
    for scale, softcap, spread in settings:
        for count in (1, 3, 17, 40):
            x = floats(count, 40, 64)
            bias = None if spread is None else floats(count, spread, 256)
            dy = floats(count, 2, 32)
            found = results(x, bias, dy, scale, softcap)
            exact = {name: [float(v) for v in values] for name, values in found.items()}
            yield {"x": x, "bias": bias, "dy": dy, "scale": scale, "softcap": softcap, **exact}


FILE.write_text("[\n" + ",\n".join("  " + json.dumps(case) for case in cases()) + "\n]\n")
