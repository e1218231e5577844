"""Figures of a service that pages, fails, is slow or is not there: what comes into the store is what it serves, or nothing."""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from typer.testing import CliRunner

from data.__main__ import app
from data.errors import DataError
from data.fetching.client import Client, Patience, ServiceUnavailable
from data.fetching.pages import KEPT_SECONDS, download
from data.fetching.run import fetch
from data.fetching.services import HAPI_HEADER, SERVICES, Service, headers, themes
from data.generations import current_name
from data.queries import returns_by_host, sources
from data.store import open_store
from tests.data.replay_server import Replay, Row, replaying
from tests.data.test_importing import rows

EMAIL = "essai@example.org"
QUICK = Patience(read=0.3, connect=0.3)


@dataclass
class Clock:
    """Time that passes only when somebody waits."""

    now: float = 1_700_000_000.0
    waits: list[float] = field(default_factory=list)

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float, /) -> None:
        self.waits.append(seconds)
        self.now += seconds


def returnee(host: str, group: str, persons: int, year: int = 2024, gender: str = "all", age: str = "all") -> Row:
    """A row as HAPI documents it."""
    low, high = ((None, None) if age == "all" else (int(age.split("-")[0]), int(age.split("-")[1])))
    return {"resource_hdx_id": "x", "origin_location_ref": 1, "asylum_location_ref": 2, "population_group": group, "gender": gender, "age_range": age,
            "min_age": low, "max_age": high, "population": persons, "reference_period_start": f"{year}-01-01T00:00:00",
            "reference_period_end": f"{year}-12-31T00:00:00", "origin_location_code": "AFG", "origin_location_name": "Afghanistan",
            "asylum_location_code": host, "asylum_location_name": host}


def placed(**more: object) -> Row:
    """The columns of a HAPI row about an area."""
    return {"resource_hdx_id": "x", "location_ref": 1, "location_code": "AFG", "location_name": "Afghanistan", "admin1_ref": 1, "admin2_ref": 1,
            "admin1_code": "AF01", "admin1_name": "Kabul", "admin2_code": None, "admin2_name": None, "provider_admin1_name": "Kabul",
            "provider_admin2_name": None, "reference_period_start": "2024-03-01T00:00:00", "reference_period_end": "2024-04-30T00:00:00", **more}


HAPI: dict[str, list[Row]] = {
    "affected-people/returnees": [returnee("PAK", "RET", 900), returnee("PAK", "RET", 500, gender="f"), returnee("IRN", "RET", 100),
                                  returnee("PAK", "RET", 70, year=2023), returnee("AFG", "RDP", 40)],
    "affected-people/refugees-persons-of-concern": [
        {**returnee("AFG", "REF", 30), "origin_location_code": "PAK"}, {**returnee("AFG", "REF", 12), "origin_location_code": "IRN"},
        {**returnee("AFG", "REF", 9, gender="f"), "origin_location_code": "PAK"}],
    "affected-people/idps": [placed(reporting_round=3, assessment_type="BA", population=1000), placed(reporting_round=4, assessment_type="BA", population=1200),
                             placed(reporting_round=9, assessment_type="SA", population=50)],
    "geography-infrastructure/baseline-population": [
        placed(gender="all", age_range="all", min_age=None, max_age=None, population=5_000_000),
        placed(gender="f", age_range="all", min_age=None, max_age=None, population=2_400_000)],
    "coordination-context/operational-presence": [
        placed(org_acronym="ACF", org_name="Action contre la Faim", org_type_code="437", org_type_description="International NGO", sector_code="HEA",
               sector_name="Health"),
        placed(org_acronym="NRC", org_name="Norwegian Refugee Council", org_type_code="437", org_type_description="International NGO", sector_code="EDU",
               sector_name="Education", admin1_code="AF02", admin1_name="Kapisa")],
    "coordination-context/funding": [
        {"resource_hdx_id": "x", "appeal_code": "HAFG24", "appeal_name": "Afghanistan 2024", "appeal_type": "HRP", "requirements_usd": 3_000_000.5,
         "funding_usd": 1_000_000, "funding_pct": 33.3, "location_ref": 1, "location_code": "AFG", "location_name": "Afghanistan",
         "reference_period_start": "2024-01-01T00:00:00", "reference_period_end": "2024-12-31T00:00:00"}],
    "food-security-nutrition-poverty/food-security": [
        placed(ipc_phase="3+", ipc_type="current", population_in_phase=250, population_fraction_in_phase=0.25),
        placed(ipc_phase="4", ipc_type="current", population_in_phase=50, population_fraction_in_phase=0.05),
        placed(ipc_phase="3+", ipc_type="first projection", population_in_phase=300, population_fraction_in_phase=0.3)],
    "metadata/admin1": [{"code": "AF01", "name": "Kabul", "location_code": "AFG"}, {"code": "AF99", "name": "Nouvelle", "location_code": "AFG"}],
    "metadata/admin2": [],
}


def returned(host: str, year: int, refugees: object, idps: object = "0") -> Row:
    """A row as UNHCR's API writes it: figures as numbers or text, "-" where there is none."""
    return {"year": year, "coo_id": 1, "coo_name": "Afghanistan", "coo": "AFG", "coo_iso": "AFG", "coa_id": 2, "coa_name": host, "coa": host, "coa_iso": host,
            "refugees": 5, "asylum_seekers": 0, "returned_refugees": refugees, "idps": "0", "returned_idps": idps, "stateless": "0", "ooc": "0", "oip": "-",
            "hst": "0"}


UNHCR: dict[str, list[Row]] = {"population/": [returned("PAK", 2024, 700), returned("IRN", 2024, "300"), returned("AFG", 2024, "0", 25)]}


@pytest.fixture
def folder(store_folder: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "store"
    shutil.copytree(store_folder, copy)
    return copy


def client(replay: Replay, clock: Clock | None = None, patience: Patience = QUICK) -> Client:
    return Client(replay.address, headers("hapi", EMAIL), patience, clock or Clock())


def small(service: str = "hapi") -> Service:
    """The service with two rows a page."""
    return replace(SERVICES[service], page_rows=2)


def test_every_theme_of_hapi_comes_through_the_importers(folder: Path) -> None:
    with replaying(HAPI) as replay:
        found = fetch("hapi", "AFG", folder=folder, client=client(replay))
    report = found.report
    assert report is not None and report.generation == current_name(folder), [i for one in report.files for i in one.issues if i["severity"] == "refused"]
    tables = {one.file.removeprefix("hapi-").removesuffix("-AFG.csv"): (one.table, one.accepted, one.rows_read) for one in report.files}
    assert tables == {"returnees": ("returns", 5, 5), "refugees": ("indicators", 1, 1), "idps": ("indicators", 1, 1), "population": ("population", 2, 2),
                      "presence": ("activities", 2, 2), "funding": ("funding", 1, 1), "food_security": ("indicators", 1, 1)}
    with open_store(folder) as store:
        hosts = returns_by_host(store, "AFG")
        assert hosts[hosts["year"] == 2024].set_index("host_iso3")["persons"].to_dict() == {"PAK": 900, "IRN": 100}
        named = sources(store, "AFG").set_index("title_en")
    assert named.at["Returnees (HDX HAPI)", "publisher"] == "UNHCR, via HDX HAPI (OCHA)" and named.at["Returnees (HDX HAPI)", "licence"] == "CC BY 4.0"
    assert named.at["Returnees (HDX HAPI)", "url"] == f"{replay.address}/affected-people/returnees" and len(named.at["Returnees (HDX HAPI)", "sha256"]) == 64
    assert "Retrieved on 2023-11-14" in named.at["Returnees (HDX HAPI)", "changes_en"] and EMAIL not in named.to_csv()
    values = dict(rows(folder, "SELECT indicator, value FROM indicator_value WHERE iso3 = 'AFG' AND source_id LIKE 'import_%' ORDER BY 1"))
    assert values == {"CX1": 1200, "CX2": 42, "EC6": 25}
    assert rows(folder, "SELECT population FROM area WHERE pcode = 'AF01'") == [(5_000_000,)]
    assert rows(folder, "SELECT year, amount_usd, requirements_usd FROM funding_flow") == [(2024, 1_000_000, 3_000_000.5)]
    places = next(one for one in found.themes if one["theme"] == "areas1")
    assert (places["codes_known"], places["codes_unknown"]) == (1, ["AF99"])
    assert not list((folder / "fetched").glob("hapi-*")), "pages that are in the store are not kept"


def test_unhcr_gives_returns_by_host_and_people_hosted(folder: Path) -> None:
    hosted = [{**returned("AFG", 2024, 0), "coo": "PAK", "refugees": "80", "idps": "3,000"}, {**returned("AFG", 2024, 0), "coo": "IRN", "refugees": 4}]
    with replaying({"population/": [*UNHCR["population/"], *hosted]}) as replay:
        found = fetch("unhcr", "AFG", folder=folder, client=Client(replay.address, {}, QUICK, Clock()))
    assert found.report is not None and found.report.generation
    with open_store(folder) as store:
        hosts = returns_by_host(store, "AFG")
    assert hosts[hosts["year"] == 2024].set_index("host_iso3")["persons"].to_dict() == {"PAK": 700, "IRN": 300}
    assert rows(folder, "SELECT sum(persons) FROM return_flow WHERE iso3 = 'AFG' AND margin = 'host' AND kind = 'internal' AND year = 2024") == [(25,)]
    assert rows(folder, "SELECT value FROM indicator_value WHERE iso3 = 'AFG' AND indicator = 'CX2' AND pcode = 'AFG' AND source_id LIKE 'import_%'") == [(89,)]


@pytest.mark.parametrize(("service", "data", "path"), [("hapi", HAPI, "affected-people/returnees"), ("unhcr", UNHCR, "population/")])
def test_pages_are_asked_for_until_the_last(tmp_path: Path, service: str, data: dict[str, list[Row]], path: str) -> None:
    theme = next(one for one in themes(service, "AFG") if one.path == path)
    with replaying(data) as replay:
        got = download(client(replay), small(service), theme, tmp_path)
    expected = data[path]
    assert got.rows == expected and got.pages == -(-len(expected) // 2) == len(replay.asked)
    assert all(asked[1].get("origin_location_code", asked[1].get("coo")) == "AFG" for asked in replay.asked)


@pytest.mark.parametrize("faults", [["429 7"], ["500"], ["503", "502"], ["cut"], ["html"], ["malformed"], ["slow"], ["429", "500", "cut", "html"]])
def test_what_passes_by_itself_is_asked_again(tmp_path: Path, faults: list[str]) -> None:
    clock = Clock()
    with replaying(HAPI, faults) as replay:
        got = download(client(replay, clock), SERVICES["hapi"], themes("hapi", "AFG", ["returnees"])[0], tmp_path)
    assert got.rows == HAPI["affected-people/returnees"] and len(replay.asked) == len(faults) + 1
    assert clock.waits[0] == (7 if faults == ["429 7"] else 1) and clock.waits == sorted(clock.waits)


def test_retry_after_as_a_date_is_honoured_and_a_long_one_ends_with_a_sentence(tmp_path: Path) -> None:
    clock, theme = Clock(), themes("hapi", "AFG", ["returnees"])[0]
    with replaying(HAPI, ["503 Tue, 14 Nov 2023 22:14:00 GMT"]) as replay:
        download(client(replay, clock), SERVICES["hapi"], theme, tmp_path)
    assert clock.waits == [40]
    with replaying(HAPI, ["429 3600"]) as replay, pytest.raises(ServiceUnavailable, match="asks to wait 60 min"):
        download(client(replay), SERVICES["hapi"], theme, tmp_path / "b")


def test_requests_keep_their_distance(tmp_path: Path) -> None:
    clock = Clock()
    with replaying(HAPI) as replay:
        download(client(replay, clock, Patience(between=0.5)), small(), themes("hapi", "AFG", ["returnees"])[0], tmp_path)
    assert clock.waits == [0.5, 0.5]


def test_a_download_that_was_cut_goes_on_where_it_stopped(folder: Path) -> None:
    theme, clock = themes("hapi", "AFG", ["returnees"])[0], Clock()
    with replaying(HAPI) as replay:
        replay.faults = ["", *["500"] * 5]
        with pytest.raises(ServiceUnavailable, match="already downloaded is kept"):
            download(client(replay, clock), small(), theme, folder)
        replay.faults, replay.asked = [], []
        got = download(client(replay, clock), small(), theme, folder)
        assert [asked[1]["offset"] for asked in replay.asked] == ["2", "4"] and got.resumed == 1 and got.rows == HAPI["affected-people/returnees"]
        # a page cut on the disk is asked for again, and after a day everything is
        (got.folder / "page-00001.json").write_bytes(b'{"data": [')
        assert download(client(replay, clock), small(), theme, folder).resumed == 2
        clock.now += KEPT_SECONDS
        assert download(client(replay, clock), small(), theme, folder).resumed == 0


@pytest.mark.parametrize(("fault", "sentence"), [("403", "HTTP code 403, said by the service"), ("404", "HTTP code 404"), ("elsewhere", "another host")])
def test_what_will_not_pass_is_refused_at_once(tmp_path: Path, fault: str, sentence: str) -> None:
    with replaying(HAPI, [fault]) as replay, pytest.raises(DataError, match=sentence):
        download(client(replay), SERVICES["hapi"], themes("hapi", "AFG", ["returnees"])[0], tmp_path)
    assert len(replay.asked) == 1


@pytest.mark.parametrize(("fault", "reason"), [
    ("html", "a web page instead of data"), ("malformed", "unreadable JSON"), ("500", "HTTP code 500"), ("cut", "cut short")])
def test_patience_ends_with_the_reason(tmp_path: Path, fault: str, reason: str) -> None:
    with replaying(HAPI, [fault] * 9) as replay, pytest.raises(ServiceUnavailable, match=reason):
        download(client(replay), SERVICES["hapi"], themes("hapi", "AFG", ["returnees"])[0], tmp_path)
    assert len(replay.asked) == 5


def test_an_answer_of_another_form_or_too_large_is_not_taken(tmp_path: Path) -> None:
    theme = themes("hapi", "AFG", ["returnees"])[0]
    with replaying(HAPI, ["list"]) as replay, pytest.raises(ServiceUnavailable, match="without the expected list"):
        download(client(replay), SERVICES["hapi"], theme, tmp_path)
    with replaying(HAPI) as replay, pytest.raises(DataError, match="a page is over"):
        download(client(replay, patience=Patience(page_bytes=200)), SERVICES["hapi"], theme, tmp_path / "b")


def test_only_https_away_from_this_machine_and_the_address_of_who_asks_stays_in_a_header(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="https is needed"):
        Client("http://hapi.humdata.org/api/v2")
    with pytest.raises(DataError, match="asks for an e-mail"):
        headers("hapi", None)
    with replaying(HAPI) as replay:
        download(client(replay), SERVICES["hapi"], themes("hapi", "AFG", ["returnees"])[0], tmp_path)
    (_, query, sent), = replay.asked
    assert HAPI_HEADER.casefold() in {name.casefold() for name in sent} and EMAIL not in json.dumps(query)


def test_a_certificate_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]), datetime.now(UTC)
    made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
            .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256()))
    pem = serialization.Encoding.PEM
    (tmp_path / "cert.pem").write_bytes(made.public_bytes(pem))
    (tmp_path / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    with socket.create_server(("127.0.0.1", 0)) as plain, context.wrap_socket(plain, server_side=True) as server:
        port = server.getsockname()[1]

        def greet() -> None:
            try:
                server.accept()[0].close()
            except OSError:
                return

        thread = threading.Thread(target=greet, daemon=True)
        thread.start()
        with pytest.raises(DataError, match="certificate of localhost.* could not be verified"):
            Client(f"https://localhost:{port}", {}, Patience(), Clock()).page("x", {})
        thread.join(5)


def nobody() -> str:
    """An address of this machine where nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def command(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["fetch", *arguments], env={"ANCRAGE_STORE_DIR": str(folder), "ANCRAGE_HAPI_EMAIL": ""})


def test_without_a_network_a_sentence_in_both_languages_and_nothing_changes(folder: Path) -> None:
    before = current_name(folder)
    with pytest.raises(ServiceUnavailable) as told:
        fetch("unhcr", "AFG", folder=folder, client=Client(nobody(), {}, QUICK, Clock()))
    assert "pas de réseau, ou service injoignable" in told.value.message_fr and "no network, or the service cannot be reached" in told.value.message_en
    assert current_name(folder) == before


def test_the_command_fetches_dry_then_for_good_and_exits_as_documented(folder: Path, tmp_path: Path) -> None:
    before, out = current_name(folder), tmp_path / "report.json"
    with replaying({"population/": UNHCR["population/"]}) as replay:
        dry = command(folder, "unhcr", "--country", "AFG", "--theme", "returns", "--dry-run", "--json", str(out), "--base-url", replay.address)
        assert dry.exit_code == 0 and current_name(folder) == before, dry.stderr
        asked = len(replay.asked)
        done = command(folder, "unhcr", "--country", "AFG", "--theme", "returns", "--json", str(out), "--base-url", replay.address)
        assert done.exit_code == 0 and len(replay.asked) == asked, "the pages of the dry run serve for the real one"
        nothing = command(folder, "unhcr", "--country", "CAF", "--base-url", replay.address)
        refused = command(folder, "hapi", "--country", "AFG", "--base-url", replay.address)
    written = json.loads(out.read_text())
    assert written["generation"] == current_name(folder) != before and written["fetched"][0]["resumed"] == 1
    assert nothing.exit_code == 3 and "n'a rien pour CAF" in nothing.stderr and "has nothing for CAF" in nothing.stderr
    assert refused.exit_code == 3 and "adresse électronique" in refused.stderr and "e-mail address" in refused.stderr
    assert command(folder, "other", "--country", "AFG").exit_code == 2 and command(folder, "hapi", "--country", "XXX").exit_code == 2
