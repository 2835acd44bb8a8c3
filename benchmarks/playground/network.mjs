// The arithmetic of the playground as the TensorFlow Playground works: objects for units and links,
// which one row after the other goes through, in double precision.
//
// Written from its description, to compare with. It reads one JSON message a line and answers with
// one, as benchmarks/playground/worker.py does:
//
//     {"do": "prepare", "x": [[...]], "y": [...], "weights": [kernel, bias, ...],
//      "activations": [...], "batch_size": 10, "rate": 0.03, "epochs": 3}
//     {"do": "train", "epochs": 100}
//     {"do": "weights"}
//
// The answer has the seconds of the training and its last loss, or the weights as they came: kernel,
// bias, kernel, bias, with kernels of shape (in, out).

import { createInterface } from "node:readline";

const ACTIVATIONS = {
  tanh: { output: Math.tanh, slope: (z) => 1 - Math.tanh(z) ** 2 },
  relu: { output: (z) => Math.max(0, z), slope: (z) => (z <= 0 ? 0 : 1) },
  sigmoid: {
    output: (z) => 1 / (1 + Math.exp(-z)),
    slope: (z) => {
      const output = 1 / (1 + Math.exp(-z));
      return output * (1 - output);
    },
  },
  linear: { output: (z) => z, slope: () => 1 },
};

/** A connection from one unit to another. */
class Link {
  constructor(source, target, weight) {
    this.source = source;
    this.target = target;
    this.weight = weight;
    this.sum = 0; // of the derivatives since the last update
    this.count = 0; // how many they are
  }
}

/** A unit: it knows the links that lead to it and those that start from it. */
class Unit {
  constructor(bias, activation) {
    this.bias = bias;
    this.activation = activation;
    this.inputs = [];
    this.outputs = [];
    this.z = 0;
    this.output = 0;
    this.outputDerivative = 0;
    this.inputDerivative = 0;
    this.sum = 0;
    this.count = 0;
  }

  forward() {
    this.z = this.bias;
    for (const link of this.inputs) {
      this.z += link.weight * link.source.output;
    }
    this.output = this.activation.output(this.z);
  }

  /** Derivatives of the loss by what comes in, by the bias and by the weights that lead here. */
  backward() {
    this.inputDerivative = this.outputDerivative * this.activation.slope(this.z);
    this.sum += this.inputDerivative;
    this.count++;
    for (const link of this.inputs) {
      link.sum += this.inputDerivative * link.source.output;
      link.count++;
    }
  }

  collect() {
    this.outputDerivative = 0;
    for (const link of this.outputs) {
      this.outputDerivative += link.weight * link.target.inputDerivative;
    }
  }

  update(rate) {
    if (this.count > 0) {
      this.bias -= (rate * this.sum) / this.count;
      this.sum = this.count = 0;
    }
    for (const link of this.inputs) {
      if (link.count > 0) {
        link.weight -= (rate * link.sum) / link.count;
        link.sum = link.count = 0;
      }
    }
  }
}

/** Layers of units, the inputs first, from [kernel, bias, kernel, bias, ...]. */
function build(weights, activations) {
  const layers = [weights[0].map(() => new Unit(0, ACTIVATIONS.linear))];
  activations.forEach((name, k) => {
    const [kernel, bias] = [weights[2 * k], weights[2 * k + 1]];
    const before = layers[k];
    layers.push(
      bias.map((start, j) => {
        const unit = new Unit(start, ACTIVATIONS[name]);
        before.forEach((source, i) => {
          const link = new Link(source, unit, kernel[i][j]);
          unit.inputs.push(link);
          source.outputs.push(link);
        });
        return unit;
      }),
    );
  });
  return layers;
}

function forward(layers, row) {
  row.forEach((value, i) => {
    layers[0][i].output = value;
  });
  for (let k = 1; k < layers.length; k++) {
    for (const unit of layers[k]) {
      unit.forward();
    }
  }
  return layers[layers.length - 1][0].output;
}

function backward(layers, label) {
  const last = layers[layers.length - 1][0];
  last.outputDerivative = last.output - label; // of half the squared error
  for (let k = layers.length - 1; k >= 1; k--) {
    for (const unit of layers[k]) {
      unit.backward();
    }
    if (k > 1) {
      for (const unit of layers[k - 1]) {
        unit.collect();
      }
    }
  }
}

function update(layers, rate) {
  for (let k = 1; k < layers.length; k++) {
    for (const unit of layers[k]) {
      unit.update(rate);
    }
  }
}

function trainEpoch({ layers, x, y, batch_size: batchSize, rate }) {
  for (let row = 0; row < x.length; row++) {
    forward(layers, x[row]);
    backward(layers, y[row]);
    if ((row + 1) % batchSize === 0 || row + 1 === x.length) {
      update(layers, rate);
    }
  }
}

function loss({ layers, x, y }) {
  const errors = x.map((row, i) => 0.5 * (forward(layers, row) - y[i]) ** 2);
  return errors.reduce((sum, error) => sum + error, 0) / x.length;
}

function weightsOf(layers) {
  return layers.slice(1).flatMap((units, k) => [
    layers[k].map((_, i) => units.map((unit) => unit.inputs[i].weight)),
    units.map((unit) => unit.bias),
  ]);
}

let task;

function train({ epochs }) {
  const begin = performance.now();
  for (let epoch = 0; epoch < epochs; epoch++) {
    trainEpoch(task);
  }
  const seconds = (performance.now() - begin) / 1000;
  return { seconds, losses: [loss(task)] };
}

const todo = {
  prepare({ weights, activations, epochs, ...rest }) {
    task = { layers: build(weights, activations), ...rest };
    return train({ epochs });
  },
  train,
  weights: () => ({ weights: weightsOf(task.layers) }),
  peak: () => ({ bytes: null }), // memory of another kind: it is not compared
};

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  let reply;
  try {
    reply = todo[message.do](message);
  } catch (error) {
    reply = { error: String(error) };
  }
  console.log(JSON.stringify(reply));
}
