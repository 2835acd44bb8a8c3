"""Where a reader of the site gets the course, which the pages only show."""

from __future__ import annotations

from course.elsewhere import Release

FROM_INSTRUCTOR = """\
Your instructor gives it to you as a zip for each lab. Unpack the first one; the file `START.txt` in
it says how to add the others."""


def where_it_is(release: Release | None) -> str:
    """In a few words, for the page of a lab."""
    return f"from [its repository]({release.address})" if release else "from your instructor"


def how_to_get_it(release: Release | None) -> str:
    """What to do, for the first page."""
    if release is None:
        return FROM_INSTRUCTOR
    said = f"""\
It lies at <{release.address}>, with its solutions; in a class take the zips of your instructor. git
fetches it:

```bash
git clone {release.address}
```"""
    if (name := release.on_github) is None:
        return said
    zipped = f"https://github.com/{name}/archive/refs/tags/{release.tag}.zip"
    return f"{said}\n\nOr unpack [the zip of {release.tag}]({zipped})."
