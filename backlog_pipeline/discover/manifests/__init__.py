"""Read which Python packages a repository needs, from its manifests and lock files.

One file a format. Everything is read as data from the commit; nothing is run, resolved or installed.
Belongs here: what a file says, with the line that says it, and what in it cannot be audited.
Does not belong here: vulnerabilities, and what a finding is.
"""
