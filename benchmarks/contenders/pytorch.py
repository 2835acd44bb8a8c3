"""PyTorch, as its tutorials write it; compiled, it also takes the fused Adam."""

from typing import Any

import torch

from benchmarks.worker import Train
from benchmarks.works import EPSILON, LEARNING_RATE, Task


def device() -> str:
    """Return what PyTorch computes on."""
    return "gpu" if torch.cuda.is_available() else "cpu"


def prepare(task: Task, *, compiled: bool = False) -> Train:
    """Option: forward, loss and backward through `torch.compile`."""
    torch.manual_seed(task.seed)
    where = "cuda" if device() == "gpu" else "cpu"
    network = network_of(task).to(where)
    x = torch.from_numpy(task.x).to(where)
    y = torch.from_numpy(task.y)
    y = (y if task.loss == "mse" else y.long()).to(where)
    optimizer = torch.optim.Adam(
        network.parameters(), lr=LEARNING_RATE, eps=EPSILON, fused=compiled
    )
    loss = torch.nn.MSELoss() if task.loss == "mse" else torch.nn.CrossEntropyLoss()

    def loss_of(x: Any, y: Any) -> Any:
        return loss(network(x), y)

    if compiled:
        loss_of = torch.compile(loss_of)
    n = len(x)

    def one_epoch() -> float:
        order = torch.randperm(n, device=where) if task.shuffle else torch.arange(n, device=where)
        # Summed where it is computed: reading each loss would stop a GPU at every step.
        total = torch.zeros((), device=where)
        for rows in order.split(task.batch_size):
            optimizer.zero_grad()
            value = loss_of(x[rows], y[rows])
            value.backward()
            optimizer.step()
            total += value.detach() * len(rows)
        return float(total) / n

    return lambda epochs: [one_epoch() for _ in range(epochs)]


def network_of(task: Task) -> Any:
    """Return the network with the task's weights; PyTorch's kernels are (out, in)."""
    layers: list[Any] = []
    for kernel, bias in zip(task.weights[::2], task.weights[1::2], strict=True):
        linear = torch.nn.Linear(*kernel.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(kernel.T.copy()))
            linear.bias.copy_(torch.from_numpy(bias))
        layers += [linear, torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])
