"""A headless browser, for tests that look at pages."""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="NO BROWSER: install Debian's chromium")


@dataclass
class Browser:
    """One tab, spoken to over the DevTools protocol.

    Attributes:
        requests: the addresses that the tab asked for.
        complaints: what it wrote to its console as a warning, an error or an uncaught exception.
    """

    connection: ClientConnection
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    _last: int = 0

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The answer to a command, once what happened before has been noted."""
        self._last += 1
        self.connection.send(json.dumps({"id": self._last, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.connection.recv(timeout=60))
            if message.get("id") == self._last:
                assert "error" not in message, message
                return dict(message["result"])
            self._note(message)

    def _note(self, message: dict[str, Any]) -> None:
        said = message.get("params", {})
        match message.get("method"):
            case "Network.requestWillBeSent":
                self.requests.append(said["request"]["url"])
            case "Runtime.exceptionThrown":
                self.complaints.append(str(said["exceptionDetails"]))
            case "Runtime.consoleAPICalled":
                self.complaints.append(str(said["args"]))
            case "Log.entryAdded":
                self.complaints.append(said["entry"]["text"])

    def open(self, address: str, width: int = 1280, dark: bool = False) -> None:
        """Opens a page on a screen of that width, and waits until it is there."""
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=False,
        )
        scheme = "dark" if dark else "light"
        self.ask(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": scheme}],
        )
        self.ask("Page.navigate", url=address)
        deadline = time.monotonic() + 30
        while self.run("document.readyState") != "complete":
            assert time.monotonic() < deadline, f"{address} does not load"
            time.sleep(0.05)

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        answer = self.ask("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def press(self, key: str) -> None:
        """A key goes down and up."""
        codes = {"Tab": 9, "Enter": 13, "Escape": 27}
        text = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            self.ask(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=key,
                windowsVirtualKeyCode=codes[key],
                **(text if kind == "keyDown" else {}),
            )

    def move_to(self, selector: str) -> None:
        """The mouse moves onto an element."""
        x, y = self.run(
            f"(() => {{ const at = document.querySelector({json.dumps(selector)}); "
            "at.scrollIntoView({block: 'center'}); const box = at.getBoundingClientRect(); "
            "return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        self.ask("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """A browser with an empty profile, closed in the end."""
    started = subprocess.Popen(
        [
            str(CHROMIUM),
            *CHROMIUM_FLAGS,
            "--remote-debugging-port=0",
            f"--user-data-dir={profile}",
            "about:blank",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with connect(_address(profile, started), max_size=None) as connection:
            tab = Browser(connection)
            targets = tab.ask("Target.getTargets")["targetInfos"]
            page = next(each["targetId"] for each in targets if each["type"] == "page")
            port = (profile / "DevToolsActivePort").read_text().splitlines()[0]
        with connect(f"ws://127.0.0.1:{port}/devtools/page/{page}", max_size=None) as connection:
            tab = Browser(connection)
            for domain in ("Page", "Runtime", "Log", "Network"):
                tab.ask(f"{domain}.enable")
            yield tab
    finally:
        started.terminate()
        started.wait(timeout=20)


def _address(profile: Path, started: "subprocess.Popen[bytes]") -> str:
    """Where the browser listens, on loopback; it writes that into its profile."""
    file = profile / "DevToolsActivePort"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and started.poll() is None:
        lines = file.read_text().splitlines() if file.exists() else []
        if len(lines) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(0.05)
    pytest.fail("Chromium did not open")
