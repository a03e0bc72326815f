#!/usr/bin/env python3
"""Writes test/golden/: what the functions must give, by arbitrary precision (mpmath; Debian's python3-mpmath).

    scripts/golden.py            all functions, which takes minutes
    scripts/golden.py silu elu   these only

For each function, for float32 and for float64, 20,000 inputs, which test/support/golden.ts makes too, from the same
plan.json and in the same way. A function's file has, for each type, its value and its derivative: a byte for each result
and every 100th result as a number of the type (little endian).

The byte tells the exact result's place: how many of the type's numbers lie between 0 and there, rounded towards 0 to a
16th, modulo 16. Where a derivative crosses zero away from 0 (`crossing` in plan.json) an error may be many times the
spacing of the numbers, so there the place is counted in steps of 2^-25 (float64: 2^-54).
"""

import json
import struct
import sys
from multiprocessing import Pool
from pathlib import Path

from mpmath import erf, erfc, exp, expm1, frexp, inf, isnan, ldexp, log, log1p, mp, mpf, nan, nint, pi, sqrt, tanh

mp.prec = 250
COUNT = 20_000
ANCHOR_EVERY = 100
GOLDEN = Path(__file__).parent.parent / "test" / "golden"


class Type:
    """A type of numbers: the struct format, the digits of a significand, the exponents, the steps at a crossing."""

    def __init__(self, name, format, digits, least, most):
        self.name, self.format, self.digits, self.least, self.most = name, format, digits, least, most
        self.overflow = ldexp(2 - ldexp(mpf(1), -digits), most)

    def round(self, x):
        return struct.unpack(self.format, struct.pack(self.format, x))[0]

    def nearest(self, exact):
        """The number of the type that is nearest to an exact result."""
        if isnan(exact) or abs(exact) >= self.overflow:
            return float(exact) if isnan(exact) else float("inf" if exact > 0 else "-inf")
        step = self.spacing(exact)
        return float(nint(exact / step) * step)

    def spacing(self, exact):
        return ldexp(mpf(1), max(frexp(exact)[1] - 1, self.least) - self.digits + 1)

    def place(self, exact):
        """How many numbers of the type lie between 0 and an exact result; negative if that is."""
        size = abs(exact)
        if size >= self.overflow:
            size = ldexp(mpf(1), self.most + 1)
        above_least = max(frexp(size)[1] - 1 - self.least, 0)
        place = size / self.spacing(size) + above_least * 2 ** (self.digits - 1)
        return -place if exact < 0 else place


TYPES = (Type("float32", "<f", 24, -126, 127), Type("float64", "<d", 53, -1022, 1023))


def e_to(x):
    """e^x; results that are 0 or infinite in every type stay small enough to be computed."""
    return exp(max(-100_000, min(x, 100_000)))


def logistic(x):
    return 1 / (1 + e_to(-x))


def tanhshrink(x):
    if abs(x) > 2**-20:
        return x - tanh(x)
    square = x * x  # The difference would cancel: its series, up to 2^-160 of it.
    return x * square * (mpf(1) / 3 - square * (mpf(2) / 15 - square * (mpf(17) / 315 - square * 62 / 2835)))


def squareplus(x, b):
    root = sqrt(x * x + b)
    return (x + root) / 2 if x > 0 else b / (root - x) / 2


def squareplus_derivative(x, b):
    root = sqrt(x * x + b)
    return (root + x) / root / 2 if x > 0 else b / (root - x) / root / 2


def swish(x, beta):
    return x * logistic(beta * x)


def swish_derivative(x, beta):
    return logistic(beta * x) * (1 + beta * x * logistic(-beta * x))


def mish(x):
    """tanh(log(1 + e)) = n / (n + 2) with n = e (e + 2)."""
    e = e_to(x)
    n = e * (e + 2)
    return x * n / (n + 2)


def mish_derivative(x):
    e = e_to(x)
    n = e * (e + 2)
    return n / (n + 2) + 4 * x * e * (e + 1) / (n + 2) ** 2


FAR = 1000  # From here on gelu and erf are what they are at infinity, in every type.


def gelu(x, approximate):
    if abs(x) > FAR:
        return max(x, mpf(0))
    if approximate == "none":
        return x * erfc(-x / sqrt(2)) / 2
    return x * logistic(2 * sqrt(2 / pi) * (x + mpf(0.044715) * x**3))


def gelu_derivative(x, approximate):
    if abs(x) > FAR:
        return mpf(x > 0)
    if approximate == "none":
        return erfc(-x / sqrt(2)) / 2 + x * e_to(-x * x / 2) / sqrt(2 * pi)
    argument = 2 * sqrt(2 / pi) * (x + mpf(0.044715) * x**3)
    argument_derivative = 2 * sqrt(2 / pi) * (1 + 3 * mpf(0.044715) * x**2)
    return logistic(argument) * (1 + x * argument_derivative * logistic(-argument))


def logarithm(x):
    return nan if x < 0 else -inf if x == 0 else log(x)


def reciprocal(x):
    return inf if x == 0 else 1 / x


def logarithm_of_1_plus(x):
    return nan if x < -1 else -inf if x == -1 else log1p(x)


def logit(x, eps=None):
    if eps is not None:
        x = max(eps, min(x, 1 - eps))
    return nan if x < 0 or x > 1 else -inf if x == 0 else inf if x == 1 else log(x / (1 - x))


def logit_derivative(x, eps=None):
    if eps is not None and not eps <= x <= 1 - eps:
        return 0
    return nan if x < 0 or x > 1 else reciprocal(x * (1 - x))


def entr(x):
    return -inf if x < 0 else 0 if x == 0 else -x * log(x)


def log1mexp(x):
    return nan if x < 0 else -inf if x == 0 else log(-expm1(-x)) if x < 1 else log1p(-e_to(-x))


def log1mexp_derivative(x):
    return inf if x == 0 else 1 / expm1(max(-100_000, min(x, 100_000)))


def bounded(x):
    return max(-FAR, min(x, FAR))


def erfcx(x):
    """e^x²·erfc(x): from 100 on by its asymptotic series, since mpmath's erfc is slow there."""
    if x < 100:
        return inf if x < -FAR else exp(x * x) * erfc(x)
    total = term = mpf(1)
    for k in range(1, 40):
        term *= -(2 * k - 1) / (2 * x * x)
        total += term
    return total / (x * sqrt(pi))


def erfcx_derivative(x):
    """2x·erfcx(x) - 2/√π: from 100 on by the asymptotic series, of which the first terms are equal."""
    if x < 100:
        return -inf if x < -FAR else 2 * x * erfcx(x) - 2 / sqrt(pi)
    term, total = mpf(1), mpf(0)
    for k in range(1, 40):
        term *= -(2 * k - 1) / (2 * x * x)
        total += term
    return total * 2 / sqrt(pi)


def log_ndtr(x):
    if x > 0:
        return log1p(-erfc(min(x, FAR) / sqrt(2)) / 2)
    return log(erfcx(-x / sqrt(2)) / 2) - x * x / 2


def log_ndtr_derivative(x):
    if x > 0:
        return e_to(-x * x / 2) / sqrt(2 * pi) / (1 - erfc(min(x, FAR) / sqrt(2)) / 2)
    return 2 / sqrt(2 * pi) / erfcx(-x / sqrt(2))


def hard_sigmoid_ramp(x, slope=mpf(1) / 6, offset=mpf(0.5)):
    return slope * x + offset


def sparse_plus(x):
    return 0 if x <= -1 else x if x >= 1 else (x + 1) ** 2 / 4


SELU_ALPHA = mpf(1.6732632423543772848170429916717)
SELU_SCALE = mpf(1.0507009873554804934193349852946)

# name: (function, derivative), of x and the parameters by their names
FUNCTIONS = {
    "leakyRelu": (
        lambda x, negativeSlope: x if x > 0 else negativeSlope * x,
        lambda x, negativeSlope: 1 if x > 0 else negativeSlope,
    ),
    "softshrink": (
        lambda x, lambd: x - lambd if x > lambd else x + lambd if x < -lambd else 0,
        lambda x, lambd: abs(x) > lambd,
    ),
    "hardSigmoid": (
        lambda x, **parameters: max(0, min(hard_sigmoid_ramp(x, **parameters), 1)),
        lambda x, **parameters: parameters.get("slope", mpf(1) / 6)
        if 0 < hard_sigmoid_ramp(x, **parameters) < 1
        else 0,
    ),
    "rrelu": (
        lambda x, lower, upper: x if x > 0 else (lower + upper) / 2 * x,
        lambda x, lower, upper: 1 if x > 0 else (lower + upper) / 2,
    ),
    "hardSwish": (
        lambda x: x * max(0, min((x + 3) / 6, 1)),
        lambda x: (2 * x + 3) / 6 if abs(x) < 3 else x > 0,
    ),
    "sigmoid": (logistic, lambda x: logistic(x) * logistic(-x)),
    "logSigmoid": (lambda x: -log1p(e_to(-x)) if x > -100_000 else x, lambda x: logistic(-x)),
    "tanh": (tanh, lambda x: 4 * logistic(2 * x) * logistic(-2 * x)),
    "tanhshrink": (tanhshrink, lambda x: tanh(x) ** 2),
    "softsign": (lambda x: x / (1 + abs(x)), lambda x: 1 / (1 + abs(x)) ** 2),
    "softplus": (
        lambda x, beta: log1p(e_to(beta * x)) / beta if beta * x < 100_000 else x,
        lambda x, beta: logistic(beta * x),
    ),
    "squareplus": (squareplus, squareplus_derivative),
    "elu": (
        lambda x, alpha: x if x > 0 else alpha * expm1(x),
        lambda x, alpha: 1 if x > 0 else alpha * e_to(x),
    ),
    "celu": (
        lambda x, alpha: x if x > 0 else alpha * expm1(x / alpha),
        lambda x, alpha: 1 if x > 0 else e_to(x / alpha),
    ),
    "selu": (
        lambda x, alpha=SELU_ALPHA, scale=SELU_SCALE: scale * (x if x > 0 else alpha * expm1(x)),
        lambda x, alpha=SELU_ALPHA, scale=SELU_SCALE: scale * (1 if x > 0 else alpha * e_to(x)),
    ),
    "silu": (lambda x: swish(x, 1), lambda x: swish_derivative(x, 1)),
    "swish": (swish, swish_derivative),
    "mish": (mish, mish_derivative),
    "gelu": (gelu, gelu_derivative),
    "quickGelu": (lambda x: swish(x, mpf(1.702)), lambda x: swish_derivative(x, mpf(1.702))),
    "exp": (e_to, e_to),
    "expm1": (lambda x: expm1(min(x, 100_000)), e_to),
    "log": (logarithm, reciprocal),
    "log1p": (logarithm_of_1_plus, lambda x: reciprocal(1 + x)),
    "logit": (logit, logit_derivative),
    "entr": (entr, lambda x: nan if x < 0 else inf if x == 0 else -1 - log(x)),
    "log1mexp": (log1mexp, log1mexp_derivative),
    "ndtr": (lambda x: erfc(-bounded(x) / sqrt(2)) / 2, lambda x: e_to(-x * x / 2) / sqrt(2 * pi)),
    "erfc": (lambda x: erfc(bounded(x)), lambda x: -2 / sqrt(pi) * e_to(-x * x)),
    "erfcx": (erfcx, erfcx_derivative),
    "logNdtr": (log_ndtr, log_ndtr_derivative),
    "sparsePlus": (sparse_plus, lambda x: max(0, min((x + 1) / 2, 1))),
    "sparseSigmoid": (lambda x: max(0, min((x + 1) / 2, 1)), lambda x: abs(x) < 1 and mpf(0.5)),
    "erf": (
        lambda x: erf(max(-FAR, min(x, FAR))),
        lambda x: 2 / sqrt(pi) * e_to(-x * x),
    ),
}


def inputs(type, settings):
    """The settings in turn; of each a third even over its interval, a third near its points, a third any numbers."""
    state = 1

    def draw():
        nonlocal state
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        return state

    for i in range(COUNT):
        first, second, third = draw(), draw(), draw()
        setting = settings[i % len(settings)]
        kind = i // len(settings) % 3
        fraction = (first + second / 4294967296) / 4294967296
        if kind == 0:
            low, high = setting[type.name]
            yield type.round(low + (high - low) * fraction)
        elif kind == 1:
            point = setting["near"][(third >> 8) % len(setting["near"])]
            distance = max(1.0, abs(point)) * fraction / 2 ** ((third >> 16) % (type.digits + 3))
            yield type.round(point + (distance if third & 0x80000000 else -distance))
        elif type.name == "float32":
            word = (third & 0x80000000) | ((first >> 16) % 255 << 23) | (second >> 9)
            yield struct.unpack(">f", struct.pack(">I", word))[0]
        else:
            word = (third & 0x80000000) | ((first >> 16) % 2047 << 20) | (third >> 8 & 0xFFFFF)
            yield struct.unpack(">d", struct.pack(">II", word, second))[0]


def parameters_of(type, setting):
    return {
        name: value if isinstance(value, str) else mpf(type.round(value))
        for name, value in setting.get("parameters", {}).items()
    }


def results(function, is_derivative, type, settings):
    """The bytes and the anchors of one function for one type."""
    parameters = [parameters_of(type, setting) for setting in settings]
    places = bytearray()
    anchors = []
    for i, x in enumerate(inputs(type, settings)):
        exact = mpf(function(mpf(x), **parameters[i % len(settings)]))
        low, high = settings[i % len(settings)].get("crossing", (1, 0)) if is_derivative else (1, 0)
        if isnan(exact):
            place = 0
        elif low <= x <= high:
            place = ldexp(exact, type.digits + 1)
        else:
            place = type.place(exact)
        places.append(int(place * 16) & 0xFF)  # towards 0
        if i % ANCHOR_EVERY == 0:
            anchors.append(type.nearest(exact))
    return bytes(places) + struct.pack(f"<{len(anchors)}{type.format[1]}", *anchors)


def write(name):
    settings = json.loads((GOLDEN / "plan.json").read_text())[name]
    parts = [
        results(function, is_derivative, type, settings)
        for type in TYPES
        for function, is_derivative in zip(FUNCTIONS[name], (False, True))
    ]
    (GOLDEN / f"{name}.bin").write_bytes(b"".join(parts))
    return name


if __name__ == "__main__":
    with Pool() as pool:
        for name in pool.imap_unordered(write, sys.argv[1:] or FUNCTIONS):
            print(name, flush=True)
