"""The arithmetic of the TensorFlow Playground, one row and one unit after the other.

Written from its description, to compare with: the gradient of half the squared error is summed over
a batch and divided by its size; the penalty's slope is sign(w) or w, for kernels alone, and taken
before the step.
"""

import math

SLOPES = {
    "tanh": (math.tanh, lambda z: 1 - math.tanh(z) ** 2),
    "relu": (lambda z: max(0.0, z), lambda z: float(z > 0)),
    "sigmoid": (
        lambda z: 1 / (1 + math.exp(-z)),
        lambda z: math.exp(-z) / (1 + math.exp(-z)) ** 2,
    ),
    "linear": (lambda z: z, lambda z: 1.0),
}
PENALTIES = {
    "none": lambda w: 0.0,
    "L1": lambda w: (w > 0) - (w < 0),
    "L2": lambda w: w,
}


def train(weights, activations, x, y, *, batch_size, rate, penalty, penalty_rate, epochs):
    """Return the weights, [kernel, bias, kernel, bias ...], after so many epochs."""
    layers = [
        (weights[k].astype(float).tolist(), weights[k + 1].astype(float).tolist())
        for k in range(0, len(weights), 2)
    ]
    slope_of_penalty = PENALTIES[penalty]
    for _ in range(epochs):
        for start in range(0, len(x), batch_size):
            rows = range(start, min(start + batch_size, len(x)))
            sums = [
                ([[0.0] * len(bias) for _ in kernel], [0.0] * len(bias)) for kernel, bias in layers
            ]
            for row in rows:
                _add_gradients(layers, activations, x[row].tolist(), float(y[row]), sums)
            for (kernel, bias), (of_kernel, of_bias) in zip(layers, sums, strict=True):
                for i, line in enumerate(kernel):
                    for j, w in enumerate(line):
                        line[j] = w - rate * of_kernel[i][j] / len(rows)
                        line[j] -= rate * penalty_rate * slope_of_penalty(w)
                for j, total in enumerate(of_bias):
                    bias[j] -= rate * total / len(rows)
    return [part for layer in layers for part in layer]


def _add_gradients(layers, activations, inputs, label, sums):
    outs, sums_before = [inputs], []
    for (kernel, bias), name in zip(layers, activations, strict=True):
        z = [
            bias[j] + sum(one * kernel[i][j] for i, one in enumerate(outs[-1]))
            for j in range(len(bias))
        ]
        sums_before.append(z)
        outs.append([SLOPES[name][0](one) for one in z])
    errors = [outs[-1][0] - label]
    for k in reversed(range(len(layers))):
        kernel, _ = layers[k]
        errors = [
            error * SLOPES[activations[k]][1](z)
            for error, z in zip(errors, sums_before[k], strict=True)
        ]
        of_kernel, of_bias = sums[k]
        for j, error in enumerate(errors):
            of_bias[j] += error
            for i, one in enumerate(outs[k]):
                of_kernel[i][j] += error * one
        errors = [sum(error * w for error, w in zip(errors, line, strict=True)) for line in kernel]
