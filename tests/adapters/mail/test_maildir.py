from __future__ import annotations

import asyncio
import mailbox
from datetime import UTC, datetime
from pathlib import Path

import pytest

from activities.ports import DeliveryDelayed, Recipient
from adapters.mail.courier import courier_from
from adapters.mail.maildir import MaildirCourier
from adapters.mail.message import reminder_digest
from adapters.mail.settings import MailSettings, SmtpSettings, mail_settings_of
from adapters.mail.smtp import SmtpCourier
from adapters.settings import Settings, SmtpSecurity
from domain.refusals import InvalidValue
from tests.support.mail_samples import BASE_URL, notice

AT = datetime(2026, 1, 23, 7, 0, tzinfo=UTC)
TO = Recipient(person="p-1", address="leda@example.org", language="nb")


def settings(folder: Path) -> MailSettings:
    return MailSettings(
        base_url=BASE_URL,
        sender="tilbake <tilbake@example.org>",
        message_domain="example.org",
        reply_to="hr@example.org",
        maildir=folder,
    )


async def test_the_standard_library_reads_the_folder(tmp_path: Path) -> None:
    delivery = await MaildirCourier(settings(tmp_path / "mail")).send(notice(), TO, AT)

    (message,) = mailbox.Maildir(tmp_path / "mail", create=False)
    assert delivery.channel == "maildir"
    assert not delivery.uncertain
    assert message["To"] == "leda@example.org"
    assert message["From"] == "tilbake <tilbake@example.org>"
    assert message["Reply-To"] == "hr@example.org"
    assert message["Date"] == "Fri, 23 Jan 2026 07:00:00 +0000"
    assert message["Message-ID"] == f"<{reminder_digest(notice().reminder)}@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "nb"
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


async def test_the_same_reminder_twice_is_one_mail(tmp_path: Path) -> None:
    courier = MaildirCourier(settings(tmp_path))

    await courier.send(notice(), TO, AT)
    await courier.send(notice(), TO, AT)
    await courier.send(notice(reminder="another"), TO, AT)

    assert len(mailbox.Maildir(tmp_path, create=False)) == 2


async def test_a_mail_that_was_read_is_not_sent_again(tmp_path: Path) -> None:
    courier = MaildirCourier(settings(tmp_path))
    await courier.send(notice(), TO, AT)
    box = mailbox.Maildir(tmp_path, create=False)
    key, message = box.popitem()
    assert isinstance(message, mailbox.MaildirMessage)
    message.set_subdir("cur")
    message.add_flag("S")
    (tmp_path / "cur" / f"{key}:2,S").write_bytes(message.as_bytes())

    await courier.send(notice(), TO, AT)

    assert len(mailbox.Maildir(tmp_path, create=False)) == 1
    assert not list((tmp_path / "new").iterdir())


async def test_many_senders_of_one_reminder_leave_one_mail_and_no_scraps(tmp_path: Path) -> None:
    courier = MaildirCourier(settings(tmp_path))

    await asyncio.gather(*(courier.send(notice(), TO, AT) for _ in range(20)))

    assert len(list((tmp_path / "new").iterdir())) == 1
    assert not list((tmp_path / "tmp").iterdir())


async def test_a_mail_is_for_its_owner_only(tmp_path: Path) -> None:
    await MaildirCourier(settings(tmp_path / "mail")).send(notice(), TO, AT)

    (file,) = (tmp_path / "mail" / "new").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert "e-1001" not in file.name


async def test_a_folder_that_cannot_be_written_only_delays(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file is in the way")

    with pytest.raises(DeliveryDelayed, match="maildir-"):
        await MaildirCourier(settings(tmp_path / "mail")).send(notice(), TO, AT)


def test_a_mail_server_in_the_settings_decides_the_courier(tmp_path: Path) -> None:
    plain = mail_settings_of(Settings(state_dir=tmp_path))
    served = mail_settings_of(
        Settings(smtp_host="mail.example.org", smtp_from="Tilbake <tilbake@example.org>")
    )

    assert isinstance(courier_from(plain), MaildirCourier)
    assert plain.maildir == tmp_path / "mail"
    assert isinstance(courier_from(served), SmtpCourier)
    assert served.message_domain == "example.org"


def test_a_password_never_travels_in_clear() -> None:
    with pytest.raises(InvalidValue, match="smtp_encryption"):
        SmtpSettings(host="mail.example.org", encryption=SmtpSecurity.NONE, user="u", password="p")
