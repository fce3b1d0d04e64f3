"""callme may be async. Here ten concurrent waits take as long as one. Try ?seconds:0.1."""
import asyncio
import time


async def callme(seconds=0.1):
    start = time.monotonic()
    await asyncio.gather(*(asyncio.sleep(float(seconds)) for _ in range(10)))
    return {"waited": round(time.monotonic() - start, 1)}
