"""The page at `/` is complete, self-contained and asks for no more than its own files."""

import re

import httpx2


async def test_the_page_names_only_files_that_exist(client: httpx2.AsyncClient) -> None:
    page = await client.get("/")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["cache-control"] == "no-cache"
    files = re.findall(r'(?:src|href)="(/[^"]+)"', page.text)
    assert len(files) >= 3
    for file in files:
        assert (await client.get(file)).status_code == 200, file


async def test_nothing_is_inline_and_nothing_comes_from_outside(client: httpx2.AsyncClient) -> None:
    for file in ("/", "/static/app.js", "/static/style.css"):
        text = (await client.get(file)).text
        assert "//" not in re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE), file
        assert "innerHTML" not in text
    page = (await client.get("/")).text
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\bsrc=)", page)


async def test_no_key_is_needed_to_look(client: httpx2.AsyncClient) -> None:
    client.headers.pop("authorization")
    assert (await client.get("/")).status_code == 200
    assert (await client.get("/static/app.js")).status_code == 200
