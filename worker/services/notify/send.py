"""Sending one message to one address. A failure is returned in words without secrets; nothing is raised."""

import smtplib
import ssl
from base64 import b64encode
from email.message import EmailMessage
from http.client import HTTPException
from ipaddress import ip_address
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from pydantic_core import to_json

from worker.config.notify_addresses import NotifyAddress
from worker.deliver.hiding import hide
from worker.services.notify.message import OperatorMessage

SECONDS = 10.0
"""For one step of a conversation with a receiver. A guess."""

URGENT, NORMAL = 5, 3
"""Priorities of ntfy (docs.ntfy.sh/publish, "Message priority")."""


def send_to(address: NotifyAddress, message: OperatorMessage, *, agent: str) -> str | None:
    """Send the message; return why that failed, None if it was taken."""
    try:
        if address.kind == "mail":
            _mail(address, message)
        else:
            _post(address, message, agent)
    except HTTPError as error:
        return f"{address.shown}: status {error.code}"
    except (OSError, URLError, HTTPException, smtplib.SMTPException, ValueError) as error:
        words = hide(str(error) or type(error).__name__, address.url, (address.password,))
        return f"{address.shown}: {words}"
    return None


def _mail(address: NotifyAddress, message: OperatorMessage) -> None:
    assert address.port is not None
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = address.sender, ", ".join(address.receivers), message.title
    # Programs that answer mails on their own leave those with this header alone (RFC 3834).
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    context = ssl.create_default_context()
    with (
        smtplib.SMTP_SSL(address.host, address.port, timeout=SECONDS, context=context)
        if address.tls
        else smtplib.SMTP(address.host, address.port, timeout=SECONDS)
    ) as server:
        server.ehlo()
        is_safe = address.tls or _is_loopback(address.host)
        if not address.tls and server.has_extn("starttls"):
            server.starttls(context=context)
            is_safe = True
        if address.user:
            if not is_safe:
                raise ValueError(
                    "the server offers no encryption, so the password was not sent: use smtps://"
                )
            server.login(address.user, address.password)
        server.send_message(mail)


def _post(address: NotifyAddress, message: OperatorMessage, agent: str) -> None:
    url, body = _form(address, message)
    request = Request(url, data=to_json(body), method="POST")  # noqa: S310 - the operator's own address
    request.add_header("Content-Type", "application/json")
    request.add_header("User-Agent", agent)
    if address.user:
        login = b64encode(f"{address.user}:{address.password}".encode()).decode()
        request.add_header("Authorization", f"Basic {login}")
    elif address.password:
        request.add_header("Authorization", f"Bearer {address.password}")
    with build_opener(NoRedirect).open(request, timeout=SECONDS) as answer:
        answer.read(1)


def _form(address: NotifyAddress, message: OperatorMessage) -> tuple[str, dict[str, Any]]:
    """Return where to post the message, and the body that this kind of receiver takes."""
    if address.kind == "slack":
        return address.url, {"text": f"*{message.title}*\n```{message.text}```"}
    if address.kind == "ntfy":
        # As JSON the topic is in the body, and titles may have any character.
        base, _, topic = address.url.rpartition("/")
        priority = URGENT if message.is_urgent else NORMAL
        fields = {"topic": topic, "title": message.title, "message": message.text, "priority": priority}
        return f"{base}/", fields
    return address.url, message.as_dict()


class NoRedirect(HTTPRedirectHandler):
    """Follows no redirect: its target has not agreed to anything."""

    def redirect_request(self, *_: Any) -> None:
        """Return None, so that the redirect is an error."""


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
