"""A provider that cannot be reached: what certainly was not sent, and what may have been."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sms.fake.server import Server
from sms.gateway import Ambiguous, Message, NotSent
from sms.kavenegar import Kavenegar

Make = Callable[..., Message]
PATIENCE = (0.5, 0.4)


def test_a_closed_port_means_that_nothing_was_sent(make_message: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    outcome = Kavenegar("dev", base_url=f"http://127.0.0.1:{port}").send(make_message())
    assert outcome == NotSent("NewConnectionError")


def test_an_unknown_host_means_that_nothing_was_sent(make_message: Make) -> None:
    outcome = Kavenegar("dev", base_url="http://nowhere.invalid").send(make_message())
    assert outcome == NotSent("NameResolutionError")


def test_a_port_that_never_takes_the_call_means_that_nothing_was_sent(make_message: Make) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as busy:
        address = busy.getsockname()
        # Two fill a queue of nought; the kernel drops the rest in silence.
        waiting = [socket.socket() for _ in range(3)]
        for each in waiting:
            each.settimeout(0)
            each.connect_ex(address)
        client = Kavenegar("dev", base_url=f"http://127.0.0.1:{address[1]}", timeout=PATIENCE)
        outcome = client.send(make_message())
        for each in waiting:
            each.close()
    assert outcome == NotSent("ConnectTimeoutError")


@pytest.fixture
def untrusted(tmp_path: Path) -> Iterator[str]:
    """An https server whose certificate nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pem = tmp_path / "server.pem"
    pem.write_bytes(key.private_bytes(form, *plain) + certificate.public_bytes(form))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_shake_hands, args=(server, context))
        thread.start()
        yield f"https://127.0.0.1:{server.getsockname()[1]}"
        thread.join(5)


def _shake_hands(server: socket.socket, context: ssl.SSLContext) -> None:
    connection, _ = server.accept()
    with connection:
        try:
            context.wrap_socket(connection, server_side=True).close()
        except OSError:
            return


def test_a_certificate_nobody_vouches_for_means_that_nothing_was_sent(
    untrusted: str, make_message: Make
) -> None:
    outcome = Kavenegar("dev", base_url=untrusted, timeout=(2, 2)).send(make_message())
    assert outcome == NotSent("SSLCertVerificationError")


def test_https_to_a_plain_port_is_ambiguous_not_a_crash(
    gateway: Server, make_message: Make
) -> None:
    url = gateway.url.replace("http:", "https:")
    outcome = Kavenegar("dev", base_url=url, timeout=PATIENCE).send(make_message())
    assert isinstance(outcome, Ambiguous)
