"""板块 to choose from, under their chapters: each chapter counts its sections from （一） on."""

from collections.abc import Iterable
from itertools import groupby

from tasks.models.plan import is_whole_chapter

Option = tuple[str, str]
Options = list[Option | tuple[str, list[Option]]]


def by_chapter(sections: Iterable[tuple[str, str, str]]) -> Options:
    """``sections`` (value, chapter, title; in the plan's order) as groups of options.

    A section that is all of its chapter is an option by the chapter's name.
    """
    choices: Options = []
    for chapter, rows in groupby(sections, key=lambda row: row[1]):
        options = [(value, title) for value, _, title in rows]
        if len(options) == 1 and is_whole_chapter(chapter, options[0][1]):
            choices.append((options[0][0], chapter))
        else:
            choices.append((chapter, options))
    return choices
