#!/usr/bin/env python3
"""Writes test/golden/: what float64 results must be, by arbitrary precision (mpmath; Debian's python3-mpmath).

For each function and its derivative, 20,000 inputs that test/support/golden.ts makes too, the same way. Stored is where
the exact result lies among the float64 numbers, counted in units in the last place from 0: modulo 256, in 256ths, as an
unsigned 16-bit integer. That tells any error up to 127 units to 1/256 of one, in two bytes; for larger errors every
100th result follows, rounded to float64.
"""

import struct
from pathlib import Path

from mpmath import cosh, exp, ldexp, mp, mpf, tanh

mp.prec = 300
COUNT = 20_000
ANCHOR_EVERY = 100


def sigmoid_derivative(x):
    e = exp(-abs(x))
    return e / (1 + e) ** 2


# name: (function, derivative, the interval of half of the inputs). An exponential is its own derivative.
FUNCTIONS = {
    "exp": (exp, exp, (-746, 711)),
    "sigmoid": (lambda x: 1 / (1 + exp(-x)), sigmoid_derivative, (-746, 40)),
    "tanh": (tanh, lambda x: 1 / cosh(x) ** 2, (-20, 20)),
}


def inputs(low, high):
    """Half of them even over [low, high], half with any exponent up to 2^10 and either sign."""
    state = 1

    def draw():
        nonlocal state
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        return state

    for i in range(COUNT):
        first, second, third = draw(), draw(), draw()
        if i % 2 == 0:
            yield low + (high - low) * ((first + second / 4294967296) / 4294967296)
        else:
            exponent = (first >> 16) % 1034
            word = (third & 0x80000000) | (exponent << 20) | (third >> 8 & 0xFFFFF)
            yield struct.unpack(">d", struct.pack(">II", word, second))[0]


def place(exact):
    """Where |exact| lies among the float64 numbers: 0 at 0, 1 at the smallest subnormal, and so on."""
    exact = abs(exact)
    if exact >= ldexp(mpf(2) - ldexp(mpf(1), -53), 1023):
        return mpf(0x7FF << 52)
    mantissa, power = mp.frexp(exact)  # exact = mantissa * 2^power, 1/2 <= mantissa < 1
    if exact == 0 or power < -1021:
        return ldexp(exact, 1074)
    return ldexp(exact, 53 - power) + (power + 1021) * 2**52


for name, (value, derivative, interval) in FUNCTIONS.items():
    with open(Path(__file__).parent / f"../test/golden/{name}.bin", "wb") as file:
        for function in (value, derivative):
            exact = [function(mpf(x)) for x in inputs(*interval)]
            file.write(struct.pack(f"<{COUNT}H", *(int(mp.floor(place(y) * 256)) & 0xFFFF for y in exact)))
            file.write(struct.pack(f"<{COUNT // ANCHOR_EVERY}d", *(float(y) for y in exact[::ANCHOR_EVERY])))
