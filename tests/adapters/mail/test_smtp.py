from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from pathlib import Path

import pytest

from activities.ports import Delivery, DeliveryDelayed, DeliveryRefused, Recipient
from adapters.mail.message import reminder_digest
from adapters.mail.settings import MailSettings, SmtpSettings
from adapters.mail.smtp import SmtpCourier
from adapters.settings import SmtpSecurity
from tests.support.mail_samples import BASE_URL, notice
from tests.support.mail_server import LOOPBACK, Inbox, accept, certificate, scripted, serving

AT = datetime(2026, 1, 23, 7, 0, tzinfo=UTC)
TO = Recipient(person="p-1", address="leda@example.org", language="nb")


def courier(
    port: int,
    *,
    encryption: SmtpSecurity = SmtpSecurity.NONE,
    ca_file: Path | None = None,
    user: str | None = None,
    password: str | None = None,
    timeout_seconds: float = 10.0,
) -> SmtpCourier:
    smtp = SmtpSettings(
        host=LOOPBACK,
        port=port,
        encryption=encryption,
        ca_file=ca_file,
        user=user,
        password=password,
        timeout_seconds=timeout_seconds,
    )
    settings = MailSettings(
        base_url=BASE_URL,
        sender="Tilbake <tilbake@example.org>",
        message_domain="example.org",
        smtp=smtp,
    )
    return SmtpCourier(settings, smtp)


async def test_a_mail_arrives_as_it_was_written() -> None:
    inbox = Inbox()
    async with serving(inbox) as port:
        delivery = await courier(port).send(notice(), TO, AT)

    assert delivery == Delivery(channel="smtp")
    ((receivers, content),) = inbox.mails
    assert receivers == ("leda@example.org",)
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert message["Subject"] == "K-7F3Q: frist fredag 30. januar 2026"
    assert message["Message-ID"] == f"<{reminder_digest(notice().reminder)}@example.org>"
    body = message.get_body(("plain",))
    assert body is not None
    assert "Lag oppfølgingsplanen" in body.get_content()


async def test_a_repeat_has_the_same_message_id() -> None:
    inbox = Inbox()
    async with serving(inbox) as port:
        for _ in range(2):
            await courier(port).send(notice(), TO, AT)

    first, second = (content for _, content in inbox.mails)
    assert first == second


@pytest.mark.parametrize(
    ("inbox", "code"),
    [
        (Inbox(rcpt="550 no such user leda@example.org"), "rcpt-550"),
        (Inbox(data="554 not wanted"), "text-554"),
    ],
)
async def test_what_the_server_refuses_for_good_is_refused(inbox: Inbox, code: str) -> None:
    async with serving(inbox) as port:
        with pytest.raises(DeliveryRefused) as caught:
            await courier(port).send(notice(), TO, AT)

    assert str(caught.value) == code


@pytest.mark.parametrize(
    ("inbox", "code"),
    [
        (Inbox(rcpt="450 greylisted"), "rcpt-450"),
        (Inbox(data="452 disk full"), "text-452"),
        # about our own sender, so setting it right must not cost the reminder
        (Inbox(sender="550 not your domain"), "mail-550"),
    ],
)
async def test_what_may_go_later_is_delayed(inbox: Inbox, code: str) -> None:
    async with serving(inbox) as port:
        with pytest.raises(DeliveryDelayed) as caught:
            await courier(port).send(notice(), TO, AT)

    assert str(caught.value) == code


@pytest.mark.parametrize(
    ("word", "answer", "code"),
    [
        ("HELLO", "421 too busy", "connect-421"),
        ("HELLO", None, "connect-"),
        ("RCPT", None, "mail-SMTPServerDisconnected"),
        # hung up before the text was asked for: it cannot have arrived
        ("DATA", None, "data-SMTPServerDisconnected"),
        ("DATA", "451 not now", "data-451"),
    ],
)
async def test_a_connection_that_breaks_before_the_text_is_delayed(
    word: str, answer: str | None, code: str
) -> None:
    async with scripted([(word, answer)]) as port:
        with pytest.raises(DeliveryDelayed) as caught:
            await courier(port).send(notice(), TO, AT)

    assert str(caught.value).startswith(code)


@pytest.mark.parametrize("answer", [None, "nonsense"])
async def test_a_connection_that_breaks_after_the_text_leaves_it_uncertain(
    answer: str | None,
) -> None:
    async with scripted([("TEXT", answer)]) as port:
        delivery = await courier(port).send(notice(), TO, AT)

    assert delivery == Delivery(channel="smtp", uncertain=True)


async def test_silence_after_the_text_leaves_it_uncertain() -> None:
    async with scripted([("TEXT", "")]) as port:
        delivery = await courier(port, timeout_seconds=0.2).send(notice(), TO, AT)

    assert delivery.uncertain


async def test_a_server_that_is_not_there_delays() -> None:
    async with scripted([]) as port:
        pass

    with pytest.raises(DeliveryDelayed, match="connect-"):
        await courier(port).send(notice(), TO, AT)


async def test_starttls_is_insisted_on() -> None:
    inbox = Inbox()
    async with serving(inbox) as port:
        with pytest.raises(DeliveryDelayed, match="connect-"):
            await courier(port, encryption=SmtpSecurity.STARTTLS).send(notice(), TO, AT)

    assert inbox.mails == []


async def test_mail_goes_encrypted_and_signed_in(tmp_path: Path) -> None:
    ca_file, context = certificate(tmp_path)
    inbox = Inbox()
    options = {"tls_context": context, "authenticator": accept("tilbake", "secret")}
    async with serving(inbox, **options, auth_required=True) as port:
        sender = courier(
            port,
            encryption=SmtpSecurity.STARTTLS,
            ca_file=ca_file,
            user="tilbake",
            password="secret",
        )
        await sender.send(notice(), TO, AT)

    assert inbox.encrypted == [True]


async def test_a_wrong_password_delays_and_refuses_no_reminder(tmp_path: Path) -> None:
    ca_file, context = certificate(tmp_path)
    options = {"tls_context": context, "authenticator": accept("tilbake", "secret")}
    async with serving(Inbox(), **options) as port:
        sender = courier(
            port,
            encryption=SmtpSecurity.STARTTLS,
            ca_file=ca_file,
            user="tilbake",
            password="wrong",
        )
        with pytest.raises(DeliveryDelayed, match="connect-535"):
            await sender.send(notice(), TO, AT)


async def test_a_certificate_of_a_stranger_is_not_trusted(tmp_path: Path) -> None:
    _, context = certificate(tmp_path)
    inbox = Inbox()
    async with serving(inbox, tls_context=context) as port:
        with pytest.raises(DeliveryDelayed, match="connect-"):
            await courier(port, encryption=SmtpSecurity.STARTTLS).send(notice(), TO, AT)

    assert inbox.mails == []


async def test_an_address_that_would_break_the_dialogue_is_refused() -> None:
    bad = Recipient(person="p-1", address="leda@example.org\r\nRCPT TO:<x@y>", language="nb")
    inbox = Inbox()
    async with serving(inbox) as port:
        with pytest.raises(DeliveryRefused, match="address"):
            await courier(port).send(notice(), bad, AT)

    assert inbox.mails == []


async def test_lines_that_begin_with_a_dot_arrive_whole() -> None:
    inbox = Inbox()
    dotted = MailSettings(
        base_url="https://x.example/" + "a" * 55 + ".b" * 40,
        sender="tilbake@example.org",
        message_domain="example.org",
    )
    async with serving(inbox) as port:
        smtp = SmtpSettings(host=LOOPBACK, port=port, encryption=SmtpSecurity.NONE)
        await SmtpCourier(dotted, smtp).send(notice(), TO, AT)

    message = email.message_from_bytes(inbox.mails[0][1], policy=email.policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    assert dotted.base_url in body.get_content()
