"""What a person did, in ``backlog.yml`` or by command, as events: fields set and given back, statuses
moved, new work.

Belongs here: telling a person's value from one of ours, and what a person may do to an item.
Does not belong here: the text of the file (``merge.backlog_text``) and the rules of moves
(``merge.lifecycle``).
"""
