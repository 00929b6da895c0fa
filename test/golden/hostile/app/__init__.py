"""The service. Start with `app.main`: it reads like a table of contents."""

NAME = "a-hostile-one"
DESCRIPTION = 'It\'s "quoted", $(reboot), ${HOME}, {{ x }}, <% y %>, <b>bold</b>, a | b, back\\slash and 🚀'  # fmt: skip
VERSION = "0.1.0"
