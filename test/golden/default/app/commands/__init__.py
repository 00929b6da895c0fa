"""Commands of `python -m app`: each module here is one, `new_key.py` is `new-key`.

A module has a docstring (its line in the help) and `run(arguments)`. It imports what it needs
inside `run`, so that no command pays for the imports of another.
"""
