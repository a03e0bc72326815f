#!/usr/bin/env python3
"""Prints the coefficients of assembly/elementwise/log1pExp.ts.

log(1 + e) = e + e²·(MIDDLE + (e - CENTER)·P(e) / Q(e)) for e from 0 to 1, by arbitrary precision (mpmath; Debian's
python3-mpmath). What stands behind e² is a rational function of degrees 3 and 2
that makes the relative error of log(1 + e) least (Remez's algorithm). CENTER is a float near 1/2 where that function
is nearly a float, MIDDLE. P and Q are scaled so that Q(1) is just below 2, where floats are dense for their size.
"""

import struct

from mpmath import cos, log, log1p, lu_solve, matrix, mp, mpf, pi, polyval

mp.dps = 40
DEGREES = 3, 2
SCALE = mpf("0.73")


def single(x):
    """x rounded to a float."""
    return mpf(struct.unpack("f", struct.pack("f", float(x)))[0])


def wanted(e):
    return (log1p(e) - e) / e**2


def weight(e):
    """What an error of the function makes of log(1 + e), relatively."""
    return e**2 / log1p(e)


def ratio(p, q, e):
    """The quotient of two polynomials, lowest coefficients first."""
    return polyval(p[::-1], e) / polyval(q[::-1], e)


def solve(points):
    """Numerator and denominator with errors of the same size and of alternating signs at the points, and that size."""
    m, n = DEGREES
    size = mpf(0)
    while True:
        a, b = matrix(len(points)), matrix(len(points), 1)
        for i, x in enumerate(points):
            sign = (-1) ** i
            row = [x**j for j in range(m + 1)]
            row += [-(wanted(x) + sign * size / weight(x)) * x**j for j in range(1, n + 1)]
            a[i, :] = matrix([row + [-sign / weight(x)]])
            b[i] = wanted(x)
        *coefficients, last = lu_solve(a, b)
        if abs(last - size) < abs(last) * mpf(10) ** -12:
            return coefficients[: m + 1], [mpf(1), *coefficients[m + 1 :]], last
        size = last


def fit():
    """The rational function of the least error."""
    count = sum(DEGREES) + 2
    points = [(1 - cos(pi * (i + mpf(1) / 2) / count)) / 2 for i in range(count)]
    grid = [mpf(i) / 2000 for i in range(1, 2001)]
    while True:
        p, q, size = solve(points)
        errors = [(ratio(p, q, x) - wanted(x)) * weight(x) for x in grid]
        peaks = [0]
        for i, error in enumerate(errors):
            if error * errors[peaks[-1]] < 0:
                peaks.append(i)
            elif abs(error) > abs(errors[peaks[-1]]):
                peaks[-1] = i
        assert len(peaks) == count
        if max(map(abs, errors)) < abs(size) * mpf("1.001"):
            return p, q
        points = [grid[i] for i in peaks]


p, q = fit()
floats = (mpf(1) / 2 + k * mpf(2) ** -24 for k in range(-4000, 4000))
center = min(floats, key=lambda e: abs(ratio(p, q, e) - single(ratio(p, q, e))))
middle = single(ratio(p, q, center))

# (p - middle·q) / (e - center), by Horner's scheme, whose rest is next to nothing.
numerator = [a - middle * b for a, b in zip(p, [*q, mpf(0)])]
quotient = []
rest = mpf(0)
for a in reversed(numerator):
    quotient.insert(0, rest)
    rest = rest * center + a
quotient = quotient[:-1]

P = [single(c * SCALE) for c in quotient]
Q = [single(c * SCALE) for c in q]
print("CENTER", float(center))
print("MIDDLE", float(middle))
print("P", [float(c) for c in P])
print("Q", [float(c) for c in Q])
places = [mpf(i) / 4000 for i in range(1, 4001)]
error = max(abs(middle + (e - center) * ratio(P, Q, e) - wanted(e)) * weight(e) for e in places)
print(f"relative error 2^{float(log(error, 2)):.1f}")
