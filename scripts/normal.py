#!/usr/bin/env python3
"""Prints the coefficients of assembly/simd/normal.ts, and of others for the tail of the normal distribution.

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


def nodes(low, high, count, dense=False):
    """Chebyshev's, and on a long interval, or if `dense`, denser near its begin."""
    places = [(1 - cos(pi * (2 * i + 1) / (2 * count))) / 2 for i in range(count)]
    return [low + (high - low) * (place**2 if high > 10 or dense else place) for place in places]


def fit(function, interval, degrees, fixed, rounds, count, dense=False, size=None):
    """
    The error and the coefficients, by ("p" or "q", power), of P/Q near the function at `count` places; some are `fixed`.

    The error is relative to the function, or to another, `size`.
    """
    places = nodes(*interval, count, dense)
    exact = [function(a) for a in places]
    sizes = exact if size is None else [size(a) for a in places]
    weights = [mpf(1)] * count
    denominators = [mpf(1)] * count
    free = [(kind, i) for kind, degree in zip("pq", degrees) for i in range(degree + 1) if (kind, i) not in fixed]
    best = None
    for _ in range(rounds):
        values = dict(fixed)
        if free:
            system, right = matrix(count, len(free)), matrix(count, 1)
            for row, (a, f) in enumerate(zip(places, exact)):
                weight = sqrt(weights[row]) / denominators[row] / sizes[row]
                for column, (kind, i) in enumerate(free):
                    system[row, column] = weight * a**i * (1 if kind == "p" else -f)
                right[row] = weight * sum(v * a**i * (f if kind == "q" else -1) for (kind, i), v in fixed.items())
            solution = lu_solve(system.T * system, system.T * right)
            values.update({key: solution[column] for column, key in enumerate(free)})
        p, q = ([values[kind, i] for i in range(degree, -1, -1)] for kind, degree in zip("pq", degrees))
        denominators = [polyval(q, a) for a in places]
        quotients = (polyval(p, a) / d for a, d in zip(places, denominators))
        errors = [fabs((quotient - f) / s) for quotient, f, s in zip(quotients, exact, sizes)]
        if best is None or max(errors) < best[0]:
            best = (max(errors), values)
        total = sum(w * e for w, e in zip(weights, errors))
        weights = [w * e / total * count + mpf(10) ** -8 for w, e in zip(weights, errors)]
    return best


def float32(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def show(name, function, interval, degrees, fixed, count, rounds=8, rounded=float, dense=False, size=None):
    error, values = fit(function, interval, degrees, fixed, rounds, count, dense, size)
    if rounded is not None:
        for i in range(max(degrees) + 1):
            for kind, degree in zip("pq", degrees):
                if i <= degree and (kind, i) not in fixed:
                    fixed[kind, i] = mpf(rounded(float(values[kind, i])))
                    error, values = fit(function, interval, degrees, fixed, max(4, rounds // 2), count, dense, size)
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


def erfcx(x):
    return 2 * tail(x * sqrt(mpf(2)))


def minus_erfcx_derivative(x):
    return 2 / sqrt(pi) - 2 * x * erfcx(x)


def erfcx_rest(y):
    """R of -x²·erfcx'(x) = (1 - y·R(y)) / √π with y = 1 / x², by which x·erfcx(x) = (1 - y/2·(1 - y·R(y))) / √π."""
    if y > mpf(10) ** -4:
        x = 1 / sqrt(y)
        return (1 - sqrt(pi) * x * x * minus_erfcx_derivative(x)) / y
    term, total = mpf(-1) / 2, mpf(0)
    for k in range(2, 40):
        term *= -mpf(2 * k - 1) / 2
        total += 2 * term * y ** (k - 2)
    return total


def show_erfcx(type_name, degrees, count, rounded):
    """
    Below 1.5 erfcx(x) - 7/16, which is smaller than erfcx(x), its negative derivative - 3/16, both as P(x) / Q(x) with one Q; from there on R.

    Q is that of the best P/Q of erfcx(x) itself, where P has a degree less: with it the derivative, of 2/√π·Q(x) - 2x·P(x), needs no higher one.
    """
    near, far = degrees
    interval = (mpf(0), mpf("1.5"))
    ends = {("p", 0): mpf(1), ("q", 0): mpf(1)}
    best = show(f"{type_name}, erfcx = P/Q", erfcx, interval, (near - 1, near), ends, count, rounded=rounded)
    q = {("q", i): best["q", i] for i in range(near + 1)}
    for function, less, first in ((erfcx, "0.4375", 1), (minus_erfcx_derivative, "0.1875", 2 / sqrt(pi))):
        # So at 0 the sum is the value at 0, rounded.
        fixed = {**q, ("p", 0): mpf(rounded(first)) - mpf(less)}
        name = f"{type_name}, {function.__name__} - {less} with this Q"
        show(name, lambda x: function(x) - mpf(less), interval, (near, near), fixed, count, rounded=rounded, size=function)
    bounds = (mpf(0), mpf(4) / 9)
    show(f"{type_name}, R", erfcx_rest, bounds, (far, far), {("q", 0): mpf(1)}, count, 12, rounded, True)


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
show_erfcx("float32", (4, 4), 90, float32)
show_erfcx("float64", (7, 9), 140, float)
