"""Our own form of ``backlog.yml``: its sections and keys, from text to values and from items to text.

Belongs here: what a key means, which section an item stands in, what one save changes in the text.
Does not belong here: YAML's own rules (``merge.yaml_text``), and whether a value is a person's
(``merge.human_edits``).
"""
