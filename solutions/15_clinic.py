# %% [markdown] form=2 minutes=42 seconds=45 short="1, 2, 4" needs=[]
# # Lab 15: What is wrong with this network?
#
# A program with a mistake mostly stops with an error. A training with a mistake mostly does not. It
# runs to its end, its loss falls, and the network is only worse than it could be. Andrej Karpathy,
# who led the building of networks that read the road for cars, warned of this in 2019: a training
# fails silently. So whoever trains networks needs the eye of a doctor. This lab is a clinic, with
# as many patients as you like, and most of them are ill.

# %% tags=["nbval-ignore-output"]
# An error here? Either a file utils.py beside this notebook hides the course's package: rename it.
# Or no utils is found: open this notebook by `python3 run.py`, in the folder of the course.
from utils import start

start()

# %% [markdown] minutes=10
# ## 1. The first patient
#
# Each patient is a network that was trained on small drawn pictures of garments, ten classes as in
# lab 12, by a program of some forty lines. In this program *one* thing may be wrong, or nothing.
# You see what you would see in life: the curves, a few numbers, what the finished network gives for
# three pictures, and which garments it mixes up. Patient 97 comes in, and its training takes some
# seconds, up to twenty on a slow machine.

# %% tags=["nbval-ignore-output"]
from utils.checks import bet
from utils.clinic import Clinic, admit, record

patient = admit(97)
patient

# %% [markdown]
# There is much to see, so look in an order that you can keep for all patients:
#
# 1. **Do the losses fall, and from where?** Who knows nothing says 1/10 to each of ten classes, and
#    that costs log(10) = 2.3. A curve that begins far above is a sign. (Its first point is a mean
#    over the first epoch. What came before any training, the examination `first loss` tells.)
# 2. **How do training and validation differ?** A little better on the training pictures is usual.
#    Much better, much worse, and equally good each have reasons of their own.
# 3. **Which garments are mixed up?** Shirts and pullovers are, in healthy networks too. An empty
#    column, or a large number off the diagonal, is a sign.
# 4. **Which suspects are left, and what would part them?**
#
# Here the training loss falls calmly, from about 2 to below 1. But the validation loss lies near 50
# from the first epoch on, although the same network is right on seven of ten of these pictures.
# **How do a loss of 50 and seven right answers of ten go together?**
#
# | | |
# |---|---|
# | a | it is unsure of nearly every picture |
# | b | it is enormously sure, also of the three that are wrong |
# | c | it knows the training pictures by heart, and the others are strange to it |

# %% bet="15.b1"
bet("15.b1", "b")

# %% [markdown]
# So who makes a network that sure, and only on the validation pictures? Two suspects are left:
# *overfitting*, and *validation scaled differently*, pixels that were not prepared as those for
# training. (A third, classes that are numbered in another order, would show in the matrix.) You may
# order up to three examinations, but one can be enough.

# %%
patient.examine("inputs")

# %% [markdown]
# An examination says what was seen, never what it means: that is your part. Pixels up to 1 here and
# up to 255 there leave one suspect, and so you settle the case. The card gives the reasons, the
# line that was wrong, and the cure. (`sure=` is how sure you are, in percent. Nothing here gives
# points.)

# %%
patient.diagnose("validation scaled differently", sure=95)

# %% [markdown] minutes=8
# ## 2. The second opinion
#
# Patient 85 comes with a note from a colleague: "Validation is *better* than training, so pictures
# have leaked. Please confirm."

# %% tags=["nbval-ignore-output"]
second = admit(85)
second

# %% [markdown]
# Indeed, the curves of the training lie on the wrong side of the others nearly all the time. **Would
# you sign?**
#
# | | |
# |---|---|
# | a | yes: no healthy network does better on the validation than on the training |
# | b | not yet: the training numbers of an epoch are taken under other conditions |
# | c | no: it is chance, as so often where few pictures are for validation |

# %% bet="15.b2"
bet("15.b2", "b")

# %% [markdown]
# Look for yourself. `second.examine()` lists what can be ordered, and you have three orders. Then
# put your diagnosis in the place of the dots. Left open, it lists what a patient may have.

# %% tags=["task"]
second.examine()

# %% tags=["task"]
second.diagnose(...)

# %% [markdown]
# <details><summary>What did it have?</summary>
#
# Nothing. The program is hidden on purpose, as it is in a long project that nobody remembers, and its
# evidence has to do. `"same pictures"` finds none of the validation pictures among those for training, and
# `"new pictures"` are as hard for it as they are. But its program has a Dropout: while it trains, a
# part of the units is left out, and none is when it is validated. The table has the finished
# network on the training pictures, too, evaluated like the others, and there it is better. Lab 11
# has more on Dropout.
#
# </details>

# %% [markdown] minutes=6
# ## 3. The third one learns, and is not content
#
# Patient 51 is right on most pictures, and still its loss ends high.

# %% tags=["nbval-ignore-output"]
third = admit(51)
third

# %% [markdown]
# Two questions help here, before you order anything. Look at the ten outputs for each of the three
# pictures: between which numbers do *all* of them lie? And what is the loss of a network that is
# always right, but never surer than the largest of these outputs?

# %% tags=["task"]
import math

surest = 0.5  # put the largest output here
print(f"loss if the right class always gets {surest}: {-math.log(surest):.2f}")

# %% tags=["task"]
third.diagnose(...)

# %% [markdown]
# <details><summary>What did it have?</summary>
#
# The outputs lie between 0.09 and 0.23, or more exactly between 0.085 and 0.232, and $-\log 0.232$ is
# 1.46: the loss cannot fall any lower, although most answers are right. Numbers from 0 to 1 went
# through a softmax, and exp(1) is not even three times exp(0). So it had a *softmax twice*. Lab 04
# has more on it.
#
# </details>

# %% [markdown] minutes=15
# ## 4. The clinic is open
#
# Now they come in a row, new ones each time you run the cell. One in six is healthy. Order
# examinations, choose a diagnosis, say how sure you are, and read why: the program that ran is
# folded under the verdict. If you know little of networks yet, open the folded section below: it
# lists signs and suspects, and explains words.

# %% tags=["nbval-ignore-output"]
clinic = Clinic()
clinic

# %% [markdown] tags=["task"]
# **Try it** on six patients. For those whom you got wrong, look at `clinic.patient.examine(...)`
# afterwards: once a diagnosis is made, all examinations are granted.

# %% tags=["nbval-ignore-output"]
record()

# %% [markdown]
# This list has new patients only, not those of the text. It is kept for you alone, in
# `.ipynb_checkpoints/clinic.jsonl`: delete that file, and it is forgotten. A patient leaves about
# 26 MB in the memory of this kernel, so after some fifty of them restart it.

# %% [markdown] folded=true
# ## If you are stuck: signs and suspects

# %% [markdown]
# A healthy network of this clinic ends with 0.7 to 0.85 on the validation pictures. On the training
# pictures it has 0.8 or more when it is finished, a deep one sometimes 0.7. What is clearly below
# has a reason.
#
# | You see | Suspects | What parts them |
# |---|---|---|
# | losses that begin far above 2.3 | pixels not scaled, penalty too strong, sorted by class, rate too large | `first loss`: is it high before any training? Then pixels or penalty, and it says how much is penalty. Else `labels`, then `rates` |
# | NaN, which is no number any more, or losses in the thousands | pixels not scaled, rate too large | first `inputs`, then `rates` |
# | nothing or hardly anything is learned, also of the training pictures | dead units, equal weights, vanishing gradients, too narrow, labels shuffled, penalty too strong, rate too small or too large | the widths, `weights`, `gradients`, `rates`; last `one batch` |
# | the training goes well, and in the matrix large numbers stand off the diagonal | classes renumbered | the matrix alone |
# | the validation loss is enormous, the training is fine | validation scaled differently | `inputs` |
# | the validation loss turns and climbs | overfitting, weights not restored, or healthy | are the training pictures known by heart? Did it stop early, and is the finished loss the lowest one? |
# | validation as good as training, or better | leak, dropout, or nothing | `same pictures`, and how the finished network does on the training pictures |
# | far better on the training pictures when finished than while it trained | dropout too strong, sorted by class | `labels`, and the size of the gap: a healthy one is small |
# | both stay bad alike, or only fair | too narrow, penalty too strong, sorted by class, frozen layer, rate too small | the widths and `labels`; then `weights`, where a layer that moved by 0 is frozen; `rates` last, because a larger rate helps many |
# | an empty or a thin column in the matrix | class missing, sorted by class, too narrow, softmax twice, relu outputs | `labels`, the widths, and the two rows below |
# | no output is below 0, some are exactly 0, and they do not add up to 1 | relu outputs | the outputs alone |
# | all outputs between 0.08 and 0.24, one of the ten far above the others | softmax twice | the largest output |
# | nothing at all | frozen layer, leak, sorted by class, or healthy | `weights`, `same pictures`, `labels` |
#
# Words that you may not know: a *kernel* is the table of weights of a layer, and a *gradient* says for
# each weight how the loss changes with it. *Logits* are outputs of any size, which a *softmax* turns
# into probabilities. A *penalty* is added to the loss for large weights. *Early stopping* ends a
# training when the validation loss no longer falls.

# %% [markdown] folded=true
# ## More: how the patients are made

# %% [markdown]
# From a number the clinic draws a healthy program: how many layers and units, which optimizer and
# rate, how many pictures, how long. All of it lies in ranges in which the program learns. An
# illness changes one or two lines of it, and what you see is what came out when this program ran.
# So the same number is the same patient, also for your neighbour: `admit(2024)`.
#
# Is each case decidable? A simple rule, which sees what you see and orders three examinations at
# most, named the illness of 194 in 200 patients. It stands in `tests/utils/clinic/rule.py`.

# %%
from utils.clinic.case import draw

print(draw(97).program.partition("start,")[0])

# %% [markdown] folded=true
# ## Test yourself

# %% [markdown]
# 1. The loss of an untrained network with ten outputs is 12. Name two reasons that it may have.
#
# <details><summary>Answer</summary>
#
# Its inputs are not scaled, so that it is sure of nonsense. Or a penalty on the weights, which is a
# part of the loss, is far too strong. The examination `first loss` names the share of the penalty.
#
# </details>
#
# 2. Training and validation are both bad, and equally so. Why does it not help to collect more
# pictures?
#
# <details><summary>Answer</summary>
#
# More pictures close a gap between training and validation, and here there is none. The network
# does not even learn what it sees. It may be too narrow, hindered by a penalty, have a frozen layer
# or a wrong rate, or get its pictures sorted by class.
#
# </details>
#
# 3. All gradients are exactly 0 at the first weights. Which two illnesses are possible, and how do
# you part them?
#
# <details><summary>Answer</summary>
#
# Dead units, or equal first weights of 0. `weights` shows the spread of the first weights: with
# equal ones it is 0.
#
# </details>

# %% [markdown] minutes=3
# ## So, what is wrong with it?
#
# You can now
#
# - read a training in a fixed order: where the loss begins, the gap, the matrix, the suspects;
# - choose the examination that parts the suspects, instead of ordering all;
# - say "healthy" where nothing is wrong, even if a curve lies on the unusual side.
#
# The same order helps with networks of your own: evaluate the first loss, let it learn one batch by
# heart, look at the inputs, count the labels. These four take a minute, and find most of what was
# wrong in this clinic.
#
# **A challenge to take home** (no points): ten patients in a row, all right, with one examination
# each on average. Our rule needs 1.3.
