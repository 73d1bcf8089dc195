"""Hostile input, made up by a seed: whatever a file holds, reading it gives a table or a sentence, and nothing else.

```
inputs    sound files of every kind that is read, small
mutate    one of them, spoilt: input number n of a seed is always the same
ask       what is asked of an input, and what may come of it
child     the process that asks, with a limit on its memory; says which input it is at
__main__  any number of inputs, in a few such processes: `make fuzz`
found     what went wrong once
```
"""
