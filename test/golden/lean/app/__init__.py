"""The service. Start with `app.main`: it reads like a table of contents."""

NAME = "lean-rag"
DESCRIPTION = "Answers questions from your own documents"  # fmt: skip
VERSION = "0.1.0"
