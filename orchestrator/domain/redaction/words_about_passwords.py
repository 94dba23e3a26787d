"""Words that say something of a password rather than being one, in English and German."""

from __future__ import annotations

from typing import Final

PROSE: Final = frozenset(
    """a accepted again almost already also always an and apparently asked back bad being blocked broken but
    case changed compromised correct corrupted denied different disabled empty expired expiring failing false
    fine for forgotten from gone good here hidden how if in incorrect invalid it just known leaked locked lost
    missing my needed never new no none not now of off ok okay old on only optional out outdated please
    protected rejected required requested reset right safe same saved secret secure sensitive sent set simple
    so still stolen stored strong that the there this to too true unchanged unknown unsafe valid very weak
    what when where why working wrong yes your
    aber abgelaufen abgelehnt auch das dass dem den der die doch ein eine einfach erforderlich falsch gelöscht
    gesetzt gesperrt geändert gültig immer in ja jetzt kein keine korrekt leer mein nein neu nicht nie noch
    notwendig nur ok richtig schon schwach sicher so ungültig unbekannt unsicher und vergessen verloren wann
    warum weg wie wo zu zurückgesetzt""".split()  # noqa: SIM905  (a page of words reads better than a page of quotes)
)
