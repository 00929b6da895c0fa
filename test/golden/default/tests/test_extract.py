"""Files become text, or a refusal with the right status."""

import re
import zlib

import pytest

from app.contracts import Refused
from app.rag.extract import Extractor
from tests.support import MakeSettings
from tests.support_rag import pdf


@pytest.fixture
def extractor(make_settings: MakeSettings) -> Extractor:
    return Extractor(make_settings(max_pdf_pages=3))


async def test_text_is_decoded(extractor: Extractor) -> None:
    assert await extractor.text("\ufeffgrün".encode(), "a.txt", "") == "grün"
    assert await extractor.text("grün".encode("utf-16"), "a.md", "") == "grün"


async def test_the_name_decides_before_the_media_type(extractor: Extractor) -> None:
    assert await extractor.text(b"# Hi", "a.md", "application/octet-stream") == "# Hi"
    assert await extractor.text(b"hi", "notes", "text/plain; charset=utf-8") == "hi"


async def test_pdf_pages_are_joined(extractor: Extractor) -> None:
    text = await extractor.text(pdf("First page", "Second page"), "a.pdf", "")
    assert text.split("\n\n") == ["First page", "Second page"]


@pytest.mark.parametrize(
    ("data", "name", "status"),
    [
        (b"PK\x03\x04", "a.docx", 415),
        (b"\xff\x00\xfe", "a.txt", 422),
        (b"%PDF-1.7 and then nothing", "a.pdf", 422),
        (b"no PDF at all", "a.pdf", 422),
        (pdf("Cut")[:150], "a.pdf", 422),
        (pdf("1", "2", "3", "4"), "a.pdf", 413),
    ],
)
async def test_what_cannot_be_read_is_refused(
    extractor: Extractor, data: bytes, name: str, status: int
) -> None:
    with pytest.raises(Refused) as refusal:
        await extractor.text(data, name, "")
    assert refusal.value.status == status


def packed(content: bytes) -> bytes:
    """Build a PDF whose page is this content, compressed."""
    stream = zlib.compress(content, 9)
    head = b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(stream)
    found = re.compile(rb"<< /Length \d+ >>\nstream\n.*?(?=\nendstream)", re.DOTALL)
    return found.sub(lambda _: head + stream, pdf("x"))


async def test_a_compressed_page_is_read(extractor: Extractor) -> None:
    page = packed(b"BT /F1 12 Tf 72 720 Td (Small) Tj ET")
    assert await extractor.text(page, "a.pdf", "") == "Small"


@pytest.mark.parametrize(
    "content",
    [b"BT /F1 1 Tf (" + b"a" * 20_000_000 + b") Tj ET", b"BT /F1 1 Tf " + b"(a) Tj " * 400_000],
    ids=["bytes", "instructions"],
)
async def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(
    extractor: Extractor, content: bytes
) -> None:
    with pytest.raises(Refused) as refusal:
        await extractor.text(packed(content), "a.pdf", "")
    assert refusal.value.status == 422


async def test_halves_of_characters_are_replaced(
    extractor: Extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pypdf.PageObject.extract_text", lambda page: "a\ud800b")
    assert await extractor.text(pdf("x"), "a.pdf", "") == "a?b"
