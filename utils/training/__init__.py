"""Training: random seeds, compiled training, many networks at once, and quiet progress lines."""

from utils.training.compiled import compiled_fit
from utils.training.many import Ensemble, train_many
from utils.training.progress import Progress
from utils.training.seeds import LARGEST_SEED, set_seed

__all__ = ["LARGEST_SEED", "Ensemble", "Progress", "compiled_fit", "set_seed", "train_many"]
