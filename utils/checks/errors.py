"""What NumPy, TensorFlow and Python say to a kind of trouble, as regular expressions.

A check names a mistake by the words of an error (`core.named_errors`). Each library has words of
its own for the same trouble, and new ones in a new version: the tests provoke every kind in each.
"""

from __future__ import annotations

# Of two arrays that are multiplied as tables, or added, or joined.
NOT_ALIGNED = r"size \d+ is different from|not aligned|[Mm]atrix size-incompatible"
NOT_BROADCAST = r"broadcast|Incompatible shapes|must be equal|same shape"
NOT_JOINED = r"must have (?:the )?same|must match|Ranks of all input tensors"
UNEVEN = r"inhomogeneous|non-rectangular"
# Of one array that has fewer axes, or is shorter, than a program expects.
NO_SUCH_AXIS = r"axis -?\d+ is out of bounds|Invalid reduction dimension"
NO_SUCH_PLACE = r"index \S+ (?:of dimension \d+ |is )?out of bounds|list index out of range"
TOO_FEW_AXES = r"too many indices|tuple index out of range|using input dim"
NO_TABLE_TO_MULTIPLY = r"not have enough dimensions|ndims must be|must be (?:at least|rank)"
# Of one number where a list or an array is expected, and of an array where a number is.
NO_SEQUENCE = (
    r"not iterable|an iterable|not subscriptable|has no len|invalid index to scalar"
    r"|over a (?:0-d array|scalar)"
)
NOT_ONE_NUMBER = (
    r"can be converted to Python|can.?t convert|only scalar|real number|float\(\) argument"
)
NO_TRUTH = r"truth value|Using a symbolic|as a Python `bool`"
NO_AXIS = r"integer scalar|interpreted as an integer"  # as in np.max(0, z)


def either(*kinds: str) -> str:
    """One expression for several kinds of trouble."""
    return "|".join(kinds)
