"""No message has a password, wherever in a URL it stands and whatever is wrong with the URL."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from urllib.parse import quote

import pytest
from typer.testing import CliRunner

from course.cli import app
from course.grading.book.database import NoGradebook, parsed
from course.grading.book.gradebook import Gradebook
from tests.programs import with_postgresql

SCHEMES = ["postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg2", "mysql", "sqlite"]
# Both halves of each are looked for. As it is, and as a URL wants it.
PASSWORDS = [f"zq1{sign}zq2" for sign in "@/:?#%&= +\\'\"[]ü"] + ["zq1%2", "zq1@@/zq2?zq3=zq4"]
FORMS = [
    "{scheme}://user:{password}@127.0.0.1:1/grades",
    "{scheme}://user:{password}@/grades?host=/nowhere",
    "{scheme}://127.0.0.1:1/grades?user=ada&password={password}",
    "{scheme}://ada@127.0.0.1:1/grades?sslmode=disable&passwd={password}",
    "{scheme}://127.0.0.1:1/host=h password={password}",
    NO_HOST := "{scheme}://user:{password}",
    "{scheme}:///user:{password}",
    "{scheme}//user:{password}@h/grades",
    "{scheme}:/user:{password}@h/grades",
    "user:{password}@h/grades",
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_message_has_a_password(
    scheme: str, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # SQLite takes anything for a file
    for password in PASSWORDS:
        for written in (password, quote(password, safe="")):
            url = form.format(scheme=scheme, password=written)
            if url.startswith("sqlite:///"):
                continue  # all of it is a file's name
            if form == NO_HOST and "@" in written:
                continue  # nobody can see that what follows is no host
            with pytest.raises(NoGradebook) as raised:
                Gradebook(url).__exit__()
            says = "".join(traceback.format_exception(raised.value))
            assert "zq" not in says.lower(), (url, str(raised.value))


@pytest.mark.parametrize("command", ["grade", "export"])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_command_prints_or_logs_one(
    scheme: str, command: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "jane.ipynb").write_text("no notebook")
    (tmp_path / "course" / "attempts").mkdir(parents=True)
    what = [str(tmp_path / "in"), "00", "--no-jail"] if command == "grade" else ["00"]
    where = ["--course", str(tmp_path / "course")]
    for form in FORMS[:3]:
        url = form.format(scheme=scheme, password="zq1@zq2")
        done = CliRunner().invoke(app, [command, *what, *where, "--gradebook", url])
        assert done.exit_code == 2 and isinstance(done.exception, SystemExit), done.exception
        assert "zq" not in done.output + caplog.text
        for file in tmp_path.glob("course/*.log"):
            assert "zq" not in file.read_text()


def test_what_python_prints_of_a_fault_of_ours_shows_no_variables() -> None:
    assert app.pretty_exceptions_show_locals is False


@pytest.mark.parametrize(
    "url",
    [
        "postgres://ada:zq1%40zq2@host:5433/grades",
        "postgresql://ada:zq1%40zq2@host:5433/grades?sslmode=require",
        "postgresql+psycopg://ada:zq1%40zq2@host:5433/grades",
    ],
)
def test_a_password_arrives_and_the_names_of_one_driver_are_one(url: str) -> None:
    found = parsed(url)
    assert found.drivername == "postgresql+psycopg"
    assert (found.username, found.password, found.host) == ("ada", "zq1@zq2", "host")
    again = parsed(found.render_as_string(hide_password=False))  # as nbgrader gets it
    assert again == found


@pytest.mark.parametrize("password", PASSWORDS)
def test_what_is_written_as_a_url_wants_it_is_what_nbgrader_gets(password: str) -> None:
    for form in (FORMS[0], FORMS[2]):
        found = parsed(form.format(scheme="postgres", password=quote(password, safe="")))
        assert password in (found.password, found.query.get("password"))
        assert parsed(found.render_as_string(hide_password=False)) == found


@with_postgresql
@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_a_gradebook_has_the_usual_names_of_postgresql(server: str, scheme: str) -> None:
    url = server.replace("postgresql+psycopg", scheme)
    with Gradebook(url.replace("grader@", "grader:zq1%40zq2@")) as book:
        assert book.known() == set()
    with Gradebook(f"{url}&password=zq1", is_new=False) as book:
        assert book.known() == set()
