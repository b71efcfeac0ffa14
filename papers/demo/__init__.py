"""A community to look around in: real papers by their facts, invented members and their votes.

Everything follows from a seed and an end instant, so two machines show the same front page. The
papers' notes, the lists and the members are written for this site; no real person votes here.

    facts.py      what the three JSON files say
    people.py     invented members, their interests and how busy they are        pure
    schedule.py   when which paper was listed, and by whom                       pure
    voting.py     who voted when                                                 pure
    shelves.py    whose reading lists there are                                  pure
    keeping.py    what the reader has read and noted                             pure
    community.py  all of these together, from one seed                           pure
    build.py      puts it into the database
"""
