"""Turns an uploaded file into plain text, or says why it cannot."""

import asyncio
import io
import time
from pathlib import PurePath
from typing import Literal

from app.contracts import Refused, Unavailable
from app.settings import Settings

Kind = Literal["text", "pdf"]
KINDS: dict[str, Kind] = {
    ".txt": "text",
    ".text": "text",
    ".md": "text",
    ".markdown": "text",
    ".pdf": "pdf",
    "text/plain": "text",
    "text/markdown": "text",
    "text/x-markdown": "text",
    "application/pdf": "pdf",
}
# Hostile PDFs must neither take every thread nor go on for ever.
PDF_READERS = 2
PDF_SECONDS = 20.0
# A page of text is some kilobytes; what unpacks to far more is made to fill the memory.
PDF_STREAM_BYTES = 8_000_000
PDF_INSTRUCTIONS = 500_000


class Extractor:
    """Reads files within the limits of the settings."""

    def __init__(self, settings: Settings) -> None:
        self._pages = settings.max_pdf_pages
        self._characters = settings.max_document_characters
        self._readers = asyncio.Semaphore(PDF_READERS)

    async def text(self, data: bytes, name: str, media_type: str) -> str:
        """Return the text of a file; `Refused` with 413, 415 or 422 says what is wrong with it."""
        if kind_of(name, media_type) == "pdf":
            return await self._pdf(data)
        return plain_text(data)

    async def _pdf(self, data: bytes) -> str:
        try:
            async with asyncio.timeout(PDF_SECONDS):
                await self._readers.acquire()
        except TimeoutError as error:
            raise Unavailable("pdf reader", PDF_SECONDS) from error
        try:
            return await asyncio.to_thread(pdf_text, data, self._pages, self._characters)
        finally:
            self._readers.release()


def kind_of(name: str, media_type: str) -> Kind:
    """Decide by the file name first: browsers and curl often send a vague media type."""
    suffix = PurePath(name).suffix.lower()
    plain = media_type.partition(";")[0].strip().lower()
    kind = KINDS.get(suffix) or KINDS.get(plain)
    if kind is None:
        raise Refused("Only plain text, Markdown and PDF files are read.", 415)
    return kind


def plain_text(data: bytes) -> str:
    """Decode UTF-8, or UTF-16 where a byte order mark announces it."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused("The file is not UTF-8 text.", 422) from error


def pdf_text(data: bytes, max_pages: int, max_characters: int) -> str:
    """Return the text of a PDF. Runs in a thread: parsing is slow and blocks."""
    from pypdf import PdfReader, overwrite_configuration

    # For this context, which is this call: every thread job runs in a copy.
    overwrite_configuration(
        zlib_maximum_output_length=PDF_STREAM_BYTES,
        lzw_maximum_output_length=PDF_STREAM_BYTES,
        run_length_maximum_output_length=PDF_STREAM_BYTES,
        brotli_maximum_output_length=PDF_STREAM_BYTES,
        array_based_stream_maximum_output_length=PDF_STREAM_BYTES,
        stream_parsing_work_maximum_count=PDF_INSTRUCTIONS,
    )
    try:
        pages = PdfReader(io.BytesIO(data)).pages
        count = len(pages)
        if count > max_pages:
            raise Refused(f"The PDF has {count} pages; at most {max_pages} are read.", 413)
        deadline = time.monotonic() + PDF_SECONDS
        texts: list[str] = []
        for page in pages:
            texts.append(page.extract_text())
            if time.monotonic() > deadline:
                raise Refused(f"Reading the PDF took more than {PDF_SECONDS:.0f} seconds.", 422)
            if sum(map(len, texts)) > max_characters:
                break
    except Refused:
        raise
    except Exception as error:  # a damaged file can raise anything
        raise Refused("The PDF cannot be read: it is damaged or encrypted.", 422) from error
    # A font may map its glyphs to halves of characters, which no encoding can carry.
    return "\n\n".join(texts).encode(errors="replace").decode()
