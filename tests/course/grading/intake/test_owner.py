"""Whose a path is, by the names that platforms give; what fits no rule is asked about."""

from __future__ import annotations

from datetime import datetime

import pytest

from course.grading.intake.owner import PLATFORMS, Owners, may_be_team

LAB = "00_orientation.ipynb"


def ids(paths: list[str], *known: str, wrapper: str = "") -> list[str]:
    owners = Owners(paths, None, wrapper, known)
    found = [owners.of(path) for path in paths if not owners.leaves_out(path)]
    return [one.student if one else "" for one in found]


def asked(paths: list[str]) -> str:
    with pytest.raises(ValueError) as told:
        Owners(paths, None)
    return str(told.value)


def test_every_rule_has_its_source() -> None:
    assert all(platform.source for platform in PLATFORMS)
    assert len({platform.name for platform in PLATFORMS}) == len(PLATFORMS)


# ---- Canvas ----

CANVAS = {
    "a group's name ends with a number": [f"group_{k}_1234{k}_90000{k}_{LAB}" for k in (1, 2)]
    + [f"van_der_bergjan_12347_900003_{LAB}", f"doejane_12348_900004_{LAB}"],
    "a group's number begins with 0": [f"group_0{k}_1234{k}_90000{k}_{LAB}" for k in (1, 2)],
    "a group is a number": [f"{k}_1234{k}_90000{k}_x.ipynb" for k in (1, 2)],
    "a name with underscores": [f"van_der_berg_{k}2345_900003_x.ipynb" for k in (1, 2)],
    "late": ["group_1_LATE_12341_900001_7_x.ipynb", "group_2_LATE_12342_900002_x.ipynb"],
    "letters of any alphabet": ["müller_12341_900001_x.ipynb", "王_12342_900002_x.ipynb"],
}


@pytest.mark.parametrize("case", CANVAS)
def test_canvas(case: str) -> None:
    wanted = [part for path in CANVAS[case] for part in path.split("_") if len(part) == 5]
    assert ids(CANVAS[case]) == [id for id in wanted if id.isdecimal()]


def test_a_title_of_canvas_may_begin_with_a_number() -> None:
    paths = [f"name{k}_4321{k}_9900{k}_2_xor.ipynb" for k in range(4)]
    assert ids(paths) == [f"4321{k}" for k in range(4)]
    paths = ["doe_4321_998877_2_xor.ipynb", "poe_4322_998878_2_xor.ipynb", f"ro_43_998879_{LAB}"]
    assert ids(paths) == ["4321", "4322", "43"]


def test_two_files_of_a_group_in_canvas_tell_which_number_is_a_files() -> None:
    paths = [f"group_1_12341_90000{k}_x.ipynb" for k in (1, 2)]
    assert ids(paths) == ["12341", "12341"]


def test_users_of_earlier_runs_tell_which_number_is_a_users() -> None:
    paths = [f"group_{k}_1234{k}_90000{k}_x.ipynb" for k in (1, 2)]
    assert "of user 1 or of user 12341. Say whose number is the user's" in asked(paths)
    assert ids(paths, "12341", "12342") == ["12341", "12342"]


@pytest.mark.parametrize("which", [0, 1])
def test_the_rules_that_the_question_offers_hold(which: int) -> None:
    paths = [f"group_{k}_1234{k}_90000{k}_x.ipynb" for k in (1, 2)]
    rule = asked(paths).split("--student '")[1 + which].split("'")[0]
    owners = [Owners(paths, rule).of(path) for path in paths]
    assert [one and one.student for one in owners] == [["1", "2"], ["12341", "12342"]][which]


def test_no_name_of_a_group_or_file_is_another_student() -> None:
    """A group called x_4321, and a file called 4321_9_x.ipynb."""
    others = [f"doejane_4321_900001_{LAB}", f"poejoe_4322_900002_{LAB}"]
    assert ids([*others, "x_4321_12347_900003_x.ipynb"]) == ["4321", "4322", "12347"]
    assert ids([*others, "eve_666_900003_4321_9_x.ipynb"]) == ["4321", "4322", "666"]
    assert "two ways" in asked([*others, "x_4321_612347_900003_x.ipynb"])


def test_canvas_without_names() -> None:
    """The code of a student can be a number, and it is that of no user."""
    paths = [f"anon_12345_900001_{LAB}", f"LATE_anon_aB3dE_900002_{LAB}", "anon_xYz12_text.html"]
    owners = Owners(paths, None)
    found = [owners.of(path) for path in paths]
    assert [one and one.student for one in found] == ["anon_12345", "anon_aB3dE", "anon_xYz12"]
    assert [one and one.is_late for one in found] == [False, True, False]


# ---- Others ----


@pytest.mark.parametrize(
    ("path", "is_unclear"),
    [
        ("Group A_17_assignsubmission_file/x.ipynb", True),
        ("Default group_assignsubmission_file/x.ipynb", True),
        ("Doe Jane_17_assignsubmission_file_x.ipynb", True),
        ("Doe Jane_17_assignsubmission_file_/x.ipynb", False),
        ("Doe_17_assignsubmission_file_/a_assignsubmission_file/x.ipynb", False),
        ("jane.ipynb", False),
    ],
)
def test_which_names_moodle_gives_to_teams(path: str, is_unclear: bool) -> None:
    assert may_be_team(path) == is_unclear


MARK = "assignsubmission_file"
TWICE = {
    "a name": f"Eve_1_{MARK}_3_{MARK}/x.ipynb",
    "a name, as before Moodle 4.1": f"Eve_1_{MARK}_3_{MARK}_/x.ipynb",
    "a file": f"Eve_3_{MARK}_1_{MARK}_x.ipynb",
    "a file of no team": f"Eve_3_{MARK}_Doe_{MARK}_x.ipynb",
    "a team": f"Doe_1_{MARK}_17_{MARK}/x.ipynb",
    "a team without a number": f"Doe_1_{MARK}_{MARK}/x.ipynb",
    "a team whose name ends with half a mark": f"Doe_1_assignsubmission_{MARK}/x.ipynb",
    "a zip": f"Eve_1_{MARK}_3_{MARK}/own.zip",
}


@pytest.mark.parametrize("case", TWICE)
def test_moodles_mark_in_a_name_of_a_person_is_asked_about(case: str) -> None:
    """Whoever is called so would take the place of participant 1."""
    paths = [f"Doe_1_{MARK}/x.ipynb", f"Poe_2_{MARK}/x.ipynb", TWICE[case]]
    says = asked(paths)
    assert says.startswith(f"{TWICE[case]} can be read in two ways: what Moodle writes once")
    rules = [part.split("'")[0] for part in says.split("--student '")[1:]]
    found = [[Owners(paths, rule).of(path) for path in paths] for rule in rules]
    ids = [[one.student if one else "" for one in of_rule] for of_rule in found]
    assert [of_rule[:2] for of_rule in ids] == [["1", "2"], ["1", "2"]]
    if "3" in TWICE[case]:
        assert {of_rule[2] for of_rule in ids} >= {"3"}


def test_moodles_mark_twice_on_what_is_no_notebook_is_nobodys() -> None:
    owners = Owners([f"Doe_1_{MARK}/x.ipynb", f"Poe_2_{MARK}/x.ipynb"], None)
    assert owners.of(f"Eve_1_{MARK}_3_{MARK}/report.pdf") is None


@pytest.mark.parametrize("end", ["/x.ipynb", " - x.ipynb"])
def test_a_time_in_a_name_of_brightspace_is_asked_about(end: str) -> None:
    """Whoever is called so would have handed in a month before."""
    times = "Nov 1, 2026 900 AM - Dec 1, 2026 900 AM"
    paths = [f"1-2 - Jane - Dec 1, 2026 900 AM{end}", f"5-7 - Eve - {times}{end}"]
    says = asked(paths)
    assert says.startswith(f"{paths[1]} can be read in two ways: what Brightspace writes once")
    rule = says.split("--student '")[1].split("'")[0]
    found = [Owners(paths, rule).of(path) for path in paths]
    assert [one and (one.student, one.when) for one in found] == [("1", None), ("5", None)]


def test_blackboard() -> None:
    """The last attempt is known by its time; a student's file cannot name another student."""
    paths = [
        "Lab 0_1_2_jane_attempt_2026-11-30-10-00-00_x.ipynb",
        "Lab 0_1_2_jane_attempt_2026-12-01-10-00-00_x.ipynb",
        "Lab 0_1_2_eve_attempt_2026-12-01-10-00-00_a_bob_attempt_2026-12-01-10-00-00_x.ipynb",
        "Lab 0_1_2_jane_attempt_2026-12-01-10-00-00.txt",
    ]
    owners = Owners(paths, None)
    found = [owners.of(path) for path in paths]
    assert [one and one.student for one in found] == ["jane", "jane", "eve", "jane"]
    assert found[1] and found[1].when == datetime(2026, 12, 1, 10)


def test_a_user_of_blackboard_with_an_underscore_is_asked_about() -> None:
    when = "attempt_2026-12-01-10-00-00_x.ipynb"
    paths = [f"02_xor_jane_doe_{when}", f"02_xor_bob_{when}"]
    says = asked(paths)
    assert "several titles: 02_xor (of bob) and 02_xor_jane (of doe)" in says
    rule = says.split("as in '")[1].split("'")[0].replace("Lab 2", "02_xor")
    found = [Owners(paths, rule).of(path) for path in paths]
    assert [one and one.student for one in found] == ["jane_doe", "bob"]


@pytest.mark.parametrize(
    ("clock", "hour", "minute"),
    [("1149 AM", 11, 49), ("110 PM", 13, 10), ("900 AM", 9, 0), ("1200 AM", 0, 0)],
)
@pytest.mark.parametrize("form", ["{}/x.ipynb", "{} - x.ipynb"])
def test_brightspace(form: str, clock: str, hour: int, minute: int) -> None:
    path = form.format(f"271836-442356 - Anne - Marie Payne - Dec 5, 2026 {clock}")
    owner = Owners([path, path.replace("271836", "271837")], None).of(path)
    assert owner and (owner.student, owner.name) == ("271836", "Anne - Marie Payne")
    assert owner.when == datetime(2026, 12, 5, hour, minute)


@pytest.mark.parametrize("above", ["", "inbound/"])
def test_the_exchange_of_nbgrader(above: str) -> None:
    when = "2026-12-01 10:00:00.000000 UTC"
    paths = [
        f"{above}jane+00_orientation+{when}+0f3a/{LAB}",
        f"{above}j+d@uni.edu+00_orientation+{when}/{LAB}",
        f"{above}eve+00_orientation+{when}+0f3a/bob+00_orientation+{when}+0f3a/{LAB}",
    ]
    assert ids(paths) == ["jane", "j+d@uni.edu", "eve"]
    # As a zip was unpacked on Windows, where no name has a colon.
    assert ids([path.replace(":", "_") for path in paths]) == ["jane", "j+d@uni.edu", "eve"]


TREE = [
    f"{part}/00_orientation/{LAB}"
    for part in ("source", "release", "submitted/jane", "submitted/bob", "autograded/jane")
]


def test_of_a_courses_folder_what_was_handed_in_counts() -> None:
    assert ids(TREE) == ["jane", "bob"]
    assert ids([f"nb/{path}" for path in TREE], wrapper="nb") == ["jane", "bob"]
    assert ids([*TREE, "notes.ipynb", "gradebook.db"]) == ["jane", "bob"]
    handed_in = f"inbound/jane+00_orientation+2026-12-01 10:00:00 UTC/{LAB}"
    assert ids([handed_in, f"outbound/00_orientation/{LAB}", f"feedback/x/{LAB}"]) == ["jane"]


UNKNOWN = {
    "course without submitted": (["source/00/x.ipynb", "release/00/x.ipynb"], "has no `submitted`"),
    "this command's own": (["attempts/jane/0/x.ipynb", "release/00/x.ipynb"], "has no `submitted`"),
    "a part of a course": (["release/00/x.ipynb", "jane.ipynb"], "lies in a folder of a course"),
    "Gradescope": (["submission_1/x.ipynb", "submission_2/x.ipynb"], "submission_metadata.yml"),
    "two platforms": (
        ["a_1_assignsubmission_file_/x.ipynb", "bob_4321_99_x.ipynb", "joe.ipynb", "ann.ipynb"],
        "named as a learning platform does",
    ),
    "Blackboard in Dutch": (
        ["Lab_1_2_jane_poging_1.ipynb", "jane.ipynb", "bob.ipynb"],
        "named as a learning platform does",
    ),
    "the exchange with other times": (
        ["jane+00+1.12.2026 10h/x.ipynb", "bob+00+1.12.2026 10h/x.ipynb"],
        "named as a learning platform does",
    ),
    "Brightspace in French": (
        ["1-2 - Ana - 5 déc. 2026 11h49/x.ipynb", "3-2 - Bo - 5 déc. 2026 11h50/x.ipynb"],
        "named as a learning platform does",
    ),
    "groups of files": (
        ["a/jane.ipynb", "a/joe.ipynb", "b/ann.ipynb", "b/bob.ipynb"],
        "a and b hold files or folders of different names",
    ),
    "groups of folders": (
        ["a/jane/x.ipynb", "a/joe/x.ipynb", "b/ann/x.ipynb", "b/bob/x.ipynb"],
        "a and b hold files or folders of different names",
    ),
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_a_layout_that_nobody_knows_is_asked_about(case: str) -> None:
    paths, says = UNKNOWN[case]
    assert says in asked(paths)
    assert "--student" in asked(paths) or "submitted" in asked(paths)


@pytest.mark.parametrize("case", [case for case, (_, says) in UNKNOWN.items() if "`" not in says])
def test_what_is_asked_about_is_named_with_the_folder_around_the_class(case: str) -> None:
    """A rule is matched against that."""
    paths = [f"class/{path}" for path in UNKNOWN[case][0]]
    with pytest.raises(ValueError, match="--student") as told:
        Owners(paths, None, "class")
    assert str(told.value).startswith("class/")
    assert "--student '[^/]+/" in str(told.value) or "such as '[^/]+/" in str(told.value)


def test_gradescopes_folders_can_be_the_ids() -> None:
    paths = [f"assignment_7_export/submission_{k}/x.ipynb" for k in (103, 104)]
    owners = Owners(paths, "[^/]+/(?P<student>[^/]+)/.*")
    assert [owner.student for path in paths if (owner := owners.of(path))] == [
        "submission_103",
        "submission_104",
    ]


def test_the_rule_offered_for_groups_holds() -> None:
    paths = UNKNOWN["groups of files"][0] + ["a/kim/x.ipynb"]
    rule = asked(paths).split("--student '")[1].split("'")[0]
    owners = [Owners(paths, rule).of(path) for path in paths]
    assert [one and one.student for one in owners] == ["jane", "joe", "ann", "bob", "kim"]


def test_folders_of_students_may_hold_several_labs() -> None:
    paths = [f"{who}/{lab}.ipynb" for who in ("jane", "joe") for lab in ("00_a", "02_b")]
    assert ids(paths) == ["jane", "jane", "joe", "joe"]
