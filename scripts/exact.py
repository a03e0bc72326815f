#!/usr/bin/env python3
"""Exact results of functions at given points, by the formulas of golden.py (mpmath; Debian's python3-mpmath).

`npm run accuracy -- --float64` runs it. Each line of the input is a job as JSON: the name of a function, "value" or
"derivative", parameters by name, and the points as hexadecimal float64s (little endian). Each line of the output is that
job's results, likewise: for each point the nearest float64, then the exact result less that, in ulp.
"""

import json
import struct
import sys
from math import copysign, isinf
from multiprocessing import Pool

from mpmath import isnan, mpf

from golden import FUNCTIONS, TYPES, parameters_of

FLOAT64 = TYPES[1]


def two_parts(exact):
    if isnan(exact):
        return exact, 0.0
    high = FLOAT64.nearest(exact)
    low = 0.0 if isinf(high) else float((exact - high) / FLOAT64.spacing(exact)) if exact else 0.0
    return (copysign(high, -1) if exact < 0 else high), low


def solve(line):
    job = json.loads(line)
    function = FUNCTIONS[job["function"]][job["kind"] == "derivative"]
    parameters = parameters_of(FLOAT64, job)
    points = bytes.fromhex(job["points"])
    results = bytearray()
    for (x,) in struct.iter_unpack("<d", points):
        results += struct.pack("<2d", *two_parts(mpf(function(mpf(x), **parameters))))
    return results.hex()


if __name__ == "__main__":
    with Pool() as pool:
        for results in pool.imap(solve, sys.stdin):
            print(results, flush=True)
