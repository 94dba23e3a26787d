"""How a sentence begins that is polite and says nothing of the case, in English and German."""

from __future__ import annotations

from typing import Final

_COURTESIES: Final = (
    *("hi", "hello", "hey", "dear ", "good morning", "good afternoon", "good evening", "good day", "welcome"),
    *("thank", "thx", "many thanks", "you're welcome", "no problem", "my pleasure", "glad to", "happy to"),
    *("how can i help", "how may i help", "how are you", "what can i do for you", "is there anything else"),
    *(
        "i understand",
        "i am sorry",
        "i'm sorry",
        "sorry",
        "i apologize",
        "i apologise",
        "apologies",
        "no worries",
    ),
    *(
        "one moment",
        "just a moment",
        "please hold",
        "please wait",
        "bear with me",
        "let me check",
        "let me see",
    ),
    *("have a ", "kind regards", "best regards", "regards", "cheers", "bye", "goodbye", "please let me know"),
    *("ok", "okay", "sure", "great", "perfect", "alright", "got it", "of course", "my name is", "this is "),
    *("hallo", "guten tag", "guten morgen", "guten abend", "moin", "sehr geehrte", "liebe", "willkommen"),
    *("danke", "vielen dank", "herzlichen dank", "gern", "kein problem", "wie kann ich", "womit kann ich"),
    *("es tut mir leid", "tut mir leid", "entschuldig", "ich verstehe", "einen moment", "moment bitte"),
    *(
        "ich schaue",
        "schönen tag",
        "mit freundlichen",
        "viele grüße",
        "freundliche grüße",
        "tschüss",
        "mein name",
    ),
)
FEW_WORDS: Final = 4
"""Words of content from which a sentence says something although it begins politely."""


def begins_politely(sentence: str) -> bool:
    """Return whether `sentence` begins as one that is only polite."""
    return sentence[:30].lower().startswith(_COURTESIES)
