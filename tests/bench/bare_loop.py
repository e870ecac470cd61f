"""The baseline: aiohttp and trafilatura in a loop, results thrown away.

    python -m tests.bench.bare_loop < urls     # one URL a line; prints how many had a text

One process; the bench runs two at the same time, each with half of the pages.
"""

import asyncio
import sys

import aiohttp
from trafilatura import bare_extraction

AT_ONCE = 32


async def extract_all(urls: list[str]) -> int:
    """Fetch and extract every URL, `AT_ONCE` requests side by side; how many had a text."""
    waiting, texts = iter(urls), 0
    async with aiohttp.ClientSession() as session:

        async def work() -> None:
            nonlocal texts
            for url in waiting:
                async with session.get(url) as response:
                    page = await response.read()
                document = bare_extraction(page, url=url, with_metadata=True)
                texts += bool(document and document.text)

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return texts


if __name__ == "__main__":
    print(asyncio.run(extract_all([line.strip() for line in sys.stdin if line.strip()])))
