"""One loop with our protocol and an application, in this process: limits are set as short as a test wants them."""

import asyncio
from collections.abc import Awaitable, Callable

from uvicorn import Config
from uvicorn.server import ServerState

from ruoshui.web.edge.protocol import Protocol


def serve(application: Callable, scene: Callable[[int], Awaitable], protocol: type[Protocol] = Protocol) -> object:
    """What `scene`, given the port, returns."""

    async def run() -> object:
        config = Config(app=application, lifespan="off", ws="none", log_level="critical", access_log=False)
        config.load()
        state = ServerState()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: protocol(config, state, {}), "127.0.0.1", 0)
        try:
            return await scene(server.sockets[0].getsockname()[1])
        finally:
            server.close()
            for connection in list(state.connections):
                connection.transport.abort()
            await asyncio.gather(*state.tasks, return_exceptions=True)

    return asyncio.run(run())


async def exchange(port: int, *pieces: bytes) -> bytes:
    """All that comes back until the other side hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def hello(scope, receive, send) -> None:
    """Tells how many header fields and which path it was given."""
    text = f"{scope['path'][:20]} {len(scope['headers'])}".encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(text))]})
    await send({"type": "http.response.body", "body": text})
