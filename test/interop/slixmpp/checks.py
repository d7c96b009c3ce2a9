"""What was tried and what came of it, a line each: "ok name" or "FAIL name: why"."""
import asyncio

LIMIT_S = 20  # Ends a wait that would be for ever; no check asserts a time.


class SceneOver(Exception):
    """A need was not met: what follows would only wait in vain."""


class Checks:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    async def check(self, name, body):
        """Awaits body(); what it raises is the check's failure. Gives what it returns."""
        try:
            found = await body()
        except Exception as error:  # pylint: disable=broad-except
            self.fail(name, f"{type(error).__name__} {error}")
            return None
        self.passed += 1
        print(f"ok {name}", flush=True)
        return found

    async def need(self, name, body):
        """The same, and the scene ends when it fails."""
        before = self.failed
        found = await self.check(name, body)
        if self.failed > before:
            raise SceneOver()
        return found

    def fail(self, name, why):
        self.failed += 1
        print(f"FAIL {name}: {why}".replace("\n", " "), flush=True)

    async def scene(self, body):
        try:
            await body
        except SceneOver:
            print("note the rest of this scene was not tried", flush=True)
        except Exception as error:  # pylint: disable=broad-except
            self.fail("a scene", f"{type(error).__name__} {error}")

    def conclude(self):
        """Prints the sum and gives the exit code."""
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        return 0 if self.failed == 0 else 1


def must(condition, otherwise):
    if not condition:
        raise AssertionError(otherwise)


async def until(what, question):
    """Waits until the question is answered by something that is not false."""
    for _ in range(LIMIT_S * 50):
        found = question()
        if found:
            return found
        await asyncio.sleep(0.02)
    raise AssertionError(f"waited in vain for {what}")
