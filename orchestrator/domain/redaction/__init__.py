"""Takes out of free text what nobody may store: secrets always, personal data for teams that may not see it.

`cards`, `ibans`, `tokens`, `passwords`, `emails` and `phones` each find one thing; `secrets` and `personal`
put them together; `command` cleans every free text of a command.
"""
