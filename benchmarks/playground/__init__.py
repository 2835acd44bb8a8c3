"""The playground, side by side: `Engine.step`, `model.fit` and the same arithmetic in JavaScript.

Read the modules in this order: `contenders` names who trains, `worker` is the process of one,
`network.mjs` the program for Node; `waits` is what somebody in front of a playground waits for,
`measure` goes through the rounds, `goals` and `page` show.
"""
