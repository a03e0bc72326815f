#!/usr/bin/env python3
"""Prints the coefficients of assembly/simd/normal.ts: rational functions for the tail of the normal distribution.

M(a) = e^(a²/2)·Φ(-a), by arbitrary precision (mpmath; Debian's python3-mpmath). Each fit is a linear least-squares problem
for P - Q·M, solved again and again with weights that grow where the relative error is large (Lawson's algorithm), which
makes it nearly minimax. A coefficient after the other is rounded to float64 (or float32), and the others are fitted anew. Takes a
minute.
"""

import struct

from mpmath import chebyfit, cos, erf, erfc, exp, fabs, log, lu_solve, matrix, mp, mpf, nstr, pi, polyval, sqrt

mp.prec = 400
DENSITY = mpf(float(1 / sqrt(2 * pi)))


def tail(a):
    return exp(a * a / 2) * erfc(a / sqrt(mpf(2))) / 2


def nodes(low, high, count):
    """Chebyshev's, and on a long interval denser near its begin."""
    places = [(1 - cos(pi * (2 * i + 1) / (2 * count))) / 2 for i in range(count)]
    return [low + (high - low) * (place**2 if high > 10 else place) for place in places]


def fit(function, interval, degrees, fixed, rounds, count):
    """The error and the coefficients, by ("p" or "q", power), of P/Q near the function at `count` places; some are `fixed`."""
    places = nodes(*interval, count)
    exact = [function(a) for a in places]
    weights = [mpf(1)] * count
    denominators = [mpf(1)] * count
    free = [(kind, i) for kind, degree in zip("pq", degrees) for i in range(degree + 1) if (kind, i) not in fixed]
    best = None
    for _ in range(rounds):
        values = dict(fixed)
        if free:
            system, right = matrix(count, len(free)), matrix(count, 1)
            for row, (a, f) in enumerate(zip(places, exact)):
                weight = sqrt(weights[row]) / denominators[row] / f
                for column, (kind, i) in enumerate(free):
                    system[row, column] = weight * a**i * (1 if kind == "p" else -f)
                right[row] = weight * sum(v * a**i * (f if kind == "q" else -1) for (kind, i), v in fixed.items())
            solution = lu_solve(system.T * system, system.T * right)
            values.update({key: solution[column] for column, key in enumerate(free)})
        p, q = ([values[kind, i] for i in range(degree, -1, -1)] for kind, degree in zip("pq", degrees))
        denominators = [polyval(q, a) for a in places]
        errors = [fabs(polyval(p, a) / d / f - 1) for a, d, f in zip(places, denominators, exact)]
        if best is None or max(errors) < best[0]:
            best = (max(errors), values)
        total = sum(w * e for w, e in zip(weights, errors))
        weights = [w * e / total * count + mpf(10) ** -8 for w, e in zip(weights, errors)]
    return best


def float32(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def show(name, function, interval, degrees, fixed, count, rounds=8, rounded=float):
    error, values = fit(function, interval, degrees, fixed, rounds, count)
    if rounded is not None:
        for i in range(max(degrees) + 1):
            for kind, degree in zip("pq", degrees):
                if i <= degree and (kind, i) not in fixed:
                    fixed[kind, i] = mpf(rounded(float(values[kind, i])))
                    error, values = fit(function, interval, degrees, fixed, max(4, rounds // 2), count)
    print(f"{name}: relative error 2^{nstr(log(error, 2), 4)}")
    for kind, degree in zip("pq", degrees):
        print(f"  {kind}:", ", ".join(repr(float(values[kind, i])) for i in range(degree + 1)))
    return values


def show_derivative(q):
    """T of M(a) - a·φ(0) = (1/2 + a·T(a)) / Q(a) on [0, 1.3], with the Q of M, whose difference with a·φ(0) would cancel."""

    def exact(a):
        a = max(a, mpf(10) ** -30)
        return ((tail(a) - a / sqrt(2 * pi)) * polyval(q[::-1], a) - 0.5) / a

    t = [mpf(float(c)) for c in chebyfit(exact, [mpf(0), mpf("1.3")], 8)]
    places = nodes(mpf(0), mpf("1.3"), 300)
    error = max(fabs(a * (polyval(t, a) - exact(a)) / polyval(q[::-1], a)) for a in places)
    print(f"near, M - a·φ(0) = (1/2 + a·T)/Q: absolute error 2^{nstr(log(error, 2), 4)}")
    print("  t:", ", ".join(repr(float(c)) for c in t[::-1]))


def show_erf():
    """P of erf(x) = 2/√π·(x + x·h·P(h)) with h = x² in [0, 1/2]."""

    def exact(h):
        x = sqrt(h)
        return (erf(x) * sqrt(pi) / 2 / x - 1) / h

    end = mpf("0.5") * (1 + mpf(2) ** -10)
    p = [mpf(float(c)) for c in chebyfit(exact, [mpf(10) ** -20, end], 10)]
    places = nodes(mpf(10) ** -20, end, 300)
    error = max(fabs(h * (polyval(p, h) - exact(h)) / (1 + h * exact(h))) for h in places)
    print(f"erf = 2/√π·(x + x·h·P(h)): relative error 2^{nstr(log(error, 2), 4)}")
    print("  p:", ", ".join(repr(float(c)) for c in p[::-1]))


def far_tail(a):
    """M(a) of a large a, by its asymptotic series."""
    total = term = mpf(1)
    for k in range(1, 30):
        term *= -(2 * k - 1) / (a * a)
        total += term
    return total / (a * sqrt(2 * pi))


def show_far(name, shift, center, degree):
    """a·M(a) as a polynomial in v - center with v = a / (a + shift), for float32 and all a from 0.62 on."""

    def of_place(s):
        a = shift * (s + center) / (1 - center - s)
        return a * (tail(a) if a < 100 else far_tail(a))

    low = mpf("0.62")
    interval = (low / (low + shift) - center, 1 - center)
    show(f"float32, {name}", of_place, interval, (degree, 0), {("q", 0): mpf(1)}, 100, rounds=20, rounded=float32)


ENDS = {("p", 0): mpf("0.5"), ("q", 0): mpf(1)}
# For float32 the rounding of the coefficients to float64 doesn't matter.
show("float32, M = P/Q", tail, (mpf(0), mpf("14.7")), (4, 5), dict(ENDS), 90, rounds=30, rounded=None)
near = show("near, M = P/Q", tail, (mpf(0), mpf(2)), (6, 7), dict(ENDS), 140)
show_derivative([near["q", i] for i in range(8)])
show("far, φ(0) - a·M = P/Q", lambda a: DENSITY - a * tail(a), (mpf(1), mpf(39)), (9, 11), {("q", 11): mpf(1)}, 190)
show_far("a·M", mpf("3.5"), mpf("0.40625"), 10)
show_erf()
