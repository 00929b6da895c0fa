"""What a peer may send before there is a request to judge: so many bytes, in so much time.

uvicorn's fast parser limits neither, and nobody has shown a key yet: one connection that sends
headers for ever would fill the memory, many that send nothing would use up the descriptors.
"""

import asyncio
import json

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from app.http.problems import MEDIA_TYPE, Problem

#: Bytes of request line and headers; proxies allow 8 to 60 KB. What arrives with the last of them
#: in one piece still passes.
HEAD_BYTES = 65_536
#: Seconds from the first byte of a request to the last one of its body.
ARRIVAL_SECONDS = 60.0


class GuardedProtocol(HttpToolsProtocol):
    """HTTP for one connection. It refuses like all others do: with a problem document."""

    _unparsed = 0
    _progress = False
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin; whoever only connects has as long as somebody between two requests."""
        super().connection_made(transport)
        self._expect_within(self.timeout_keep_alive)

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._expect_nothing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse, and count what led to nothing yet: headers, trailers, a line without an end."""
        self._progress = False
        super().data_received(data)
        self._unparsed = 0 if self._progress else self._unparsed + len(data)
        if self._unparsed > HEAD_BYTES and not self.transport.is_closing():
            self._refuse(Problem(431, f"A request may have {HEAD_BYTES} bytes of headers."))

    def on_message_begin(self) -> None:
        """Note the first byte of a request."""
        super().on_message_begin()
        self._expect_within(ARRIVAL_SECONDS)

    def on_headers_complete(self) -> None:
        """Note that the head is there."""
        self._progress = True
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Note that some of the body is there; its size is the business of `Limits`."""
        self._progress = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Note the last byte of a request."""
        self._progress = True
        self._expect_nothing()
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP, in our form instead of uvicorn's."""
        self._refuse(Problem(400, "The request is not valid HTTP."))

    def _expect_within(self, seconds: float) -> None:
        self._expect_nothing()
        # Closing is answer enough: who reads the body meanwhile is told that the client left.
        self._deadline = self.loop.call_later(seconds, self.transport.close)

    def _expect_nothing(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, problem: Problem) -> None:
        # In the middle of another answer nothing can be said.
        if self.cycle is None or self.cycle.response_complete:
            body = json.dumps(problem.document()).encode()
            headers = [
                *self.server_state.default_headers,
                (b"content-type", MEDIA_TYPE.encode()),
                (b"content-length", str(len(body)).encode()),
                (b"connection", b"close"),
            ]
            lines = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
            self.transport.write(STATUS_LINE[problem.status_code] + lines + b"\r\n" + body)
        self.transport.close()
