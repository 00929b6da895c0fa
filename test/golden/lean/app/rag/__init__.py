"""The parts of retrieval-augmented answering; `app.service` puts them together."""
