"""`POST /v1/documents`: every way in, and every way to be refused."""

import errno

import httpx2
import pytest

from app.settings import SettingsError
from tests.support import MakeSettings
from tests.support_rag import RecordingLedger, client_of, pdf, running

TEXT = "# Opening hours\n\nThe library is open from 9:00 to 17:00."
Files = dict[str, tuple[str, bytes, str]]


def upload(name: str, data: bytes, media_type: str = "application/octet-stream") -> Files:
    return {"file": (name, data, media_type)}


async def test_the_same_content_is_stored_once(client: httpx2.AsyncClient) -> None:
    first = await client.post("/v1/documents", json={"text": TEXT, "source": "a.md"})
    assert first.status_code == 201
    assert first.json() | {"id": ""} == {"id": "", "source": "a.md", "chunks": 1, "created": True}

    # Another name, a file instead of JSON, other line ends: the same content.
    sent = upload("b.md", TEXT.replace("\n", "\r\n").encode())
    second = await client.post("/v1/documents", files=sent)
    assert second.status_code == 200
    assert second.json()["created"] is False
    assert second.json()["id"] == first.json()["id"]


async def test_another_chunking_is_another_document(make_settings: MakeSettings) -> None:
    ids = set()
    for size in (300, 600):
        settings = make_settings(chunk_size=size, chunk_overlap=50)
        async with running(settings) as app, client_of(app) as client:
            sent = await client.post("/v1/documents", json={"text": "All work. " * 100})
            assert sent.status_code == 201
            ids.add(sent.json()["id"])
    assert len(ids) == 2


async def test_an_overlap_that_eats_the_pieces_is_refused(make_settings: MakeSettings) -> None:
    with pytest.raises(SettingsError, match="CHUNK_OVERLAP"):
        async with running(make_settings(chunk_size=300, chunk_overlap=200)):
            pass


async def test_a_pdf_is_read(client: httpx2.AsyncClient) -> None:
    sent = upload("C:\\papers\\hours.pdf", pdf("The library is open.", "It closes at five."))
    answer = await client.post("/v1/documents", files=sent)
    assert answer.status_code == 201, answer.text
    assert answer.json()["source"] == "hours.pdf"


@pytest.mark.parametrize(
    ("name", "data", "status", "words"),
    [
        ("a.pdf", b"%PDF-1.7 broken", 422, "damaged"),
        ("a.pdf", pdf(""), 422, "no text"),
        ("a.exe", b"MZ", 415, "Markdown"),
        ("a.txt", b"\xff\x00", 422, "UTF-8"),
        ("a.txt", b" \n ", 422, "no text"),
    ],
)
async def test_unreadable_files_are_refused(
    client: httpx2.AsyncClient, name: str, data: bytes, status: int, words: str
) -> None:
    answer = await client.post("/v1/documents", files=upload(name, data))
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert words in answer.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{}",
        '{"text": "  "}',
        '{"text": 7}',
        '{"text": "a", "typo": 1}',
        r'{"text": "\ud800"}',
        r'{"text": "a", "source": "a\u0000b"}',
    ],
)
async def test_wrong_json_is_explained(client: httpx2.AsyncClient, body: str) -> None:
    headers = {"content-type": "application/json"}
    answer = await client.post("/v1/documents", content=body, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["errors"]


async def test_other_bodies_are_refused(client: httpx2.AsyncClient) -> None:
    xml = {"content-type": "text/xml"}
    assert (await client.post("/v1/documents", content=b"<a/>", headers=xml)).status_code == 415
    form = await client.post("/v1/documents", files={"other": ("a.txt", b"a", "text/plain")})
    assert form.status_code == 422
    assert "`file`" in form.json()["detail"]


async def test_too_large_is_refused(make_settings: MakeSettings) -> None:
    settings = make_settings(max_document_characters=1000, max_body_bytes=5000)
    async with running(settings) as app, client_of(app) as client:
        long = await client.post("/v1/documents", json={"text": "a b " * 300})
        assert long.status_code == 413
        assert "1000 characters" in long.json()["detail"]
        large = await client.post("/v1/documents", files=upload("a.txt", b"a " * 3000))
        assert large.status_code == 413


async def test_embedding_counts_against_the_budget(make_settings: MakeSettings) -> None:
    ledger = RecordingLedger(budget=50)
    async with running(make_settings(), ledger=ledger) as app, client_of(app) as client:
        assert (await client.post("/v1/documents", json={"text": "a" * 100})).status_code == 201
        assert ledger.settled == ledger.reserved == [26]
        spent = await client.post("/v1/documents", json={"text": "b" * 400})
        assert spent.status_code == 429
        assert int(spent.headers["retry-after"]) > 0


async def test_a_full_tmp_is_a_matter_of_time(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object, **options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("starlette.formparsers.SpooledTemporaryFile", full)
    answer = await client.post("/v1/documents", files=upload("a.txt", b"text"))
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "space for uploads" in answer.json()["detail"]
