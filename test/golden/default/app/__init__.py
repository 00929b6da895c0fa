"""The service. Start with `app.main`: it reads like a table of contents."""

NAME = "my-rag"
DESCRIPTION = "Answers questions from your own documents"  # fmt: skip
VERSION = "0.1.0"
