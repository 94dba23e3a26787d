"""Words that say nothing of what a sentence is about, by language. Apostrophes are left out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_ENGLISH: Final = """
a about after afternoon again all also am an and any are as ask at back be because been before being best
both but by came can cant come could couldnt dear did didnt do does doesnt doing done dont down else even
evening ever every few for from get gets getting give go goes going got had has hasnt have havent having he
hello her here hers hey hi him his how i id if ill im in into is isnt it its ive just kind know let like
look made make many may me might more morning most mr mrs ms much must my no not now of off ok okay on once
one only or other our out over own please really regards right said same say see she should so some still
such sure take tell than thank thanks that thats the their them then there these they thing think this those
though to too tried try up us use used very want was wasnt way we well went were weve what when where which
while who why will with wont would yes yet you your youre"""
_GERMAN: Final = """
ab aber alle allem allen alles als also am an auch auf aus bei beim bereits bin bis bist bitte da dabei
damen dank danke dann das dass dem den denn der des die dies diese diesem diesen dieser dieses doch dort du
durch ein eine einem einen einer eines einfach er es etwas euch euer frau freundlichen für ganz geehrte
geehrter geht gerade gerne gibt grüße grüßen guten habe haben hallo hat hatte hatten herr herren herrn hier
hätte ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in ins ist ja jetzt kann kein keine keinen
können könnte leider mal man mehr mein meine meinem meinen meiner mich mir mit muss müssen nach nachricht
nein nicht nichts noch nun nur ob oder ohne schon sehr sein seine seit sich sie sind so soll sollte tag um
und uns unser unsere unter viel vielen vom von vor war waren warum was weil wenn werden wie wieder wir wird
wo worden wurde wurden würde würden zu zum zur zwar über"""

STOP_WORDS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {"en": frozenset(_ENGLISH.split()), "de": frozenset(_GERMAN.split())}
)
"""Language -> words; a language that is not here is ranked without any."""
NONE: Final[frozenset[str]] = frozenset()


def of_language(language: str | None) -> frozenset[str]:
    """Return the stop words of a language such as "de" or "en-GB"; English where none is given."""
    return STOP_WORDS.get((language or "en").lower().replace("_", "-").partition("-")[0], NONE)
