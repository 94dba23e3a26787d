"""The opening line and the customer note of every packaged kind, for a full and for a minimal request."""

from __future__ import annotations

KNOWN = "I have the details here, so you do not need to repeat them."
UNKNOWN = "Could you tell me in a few words where things stand?"
READ = "They can read this conversation, so you do not need to repeat it."

FULL = {
    "bot-to-agent": (
        (
            "Hello Ada Lovelace, I see you already talked to our assistant about your invoice. "
            f"I am a person and will go on with you from here. {KNOWN}"
        ),
        f"A person from Chat Support will go on with you. {READ}",
    ),
    "chat-to-phone": (
        (
            "Hello Ada Lovelace, I see you already spoke with Sarah by chat about your invoice. "
            f"I am calling to go on from there. {KNOWN}"
        ),
        f"Phone Support will call you and go on from this chat. {READ}",
    ),
    "chat-to-email": (
        (
            "Hello Ada Lovelace, I see you already spoke with Sarah by chat about your invoice. "
            f"I am writing to go on from there. {KNOWN}"
        ),
        f"Email Support will answer you by email and go on from this chat. {READ}",
    ),
    "tier-1-to-tier-2": (
        (
            "Hello Ada Lovelace, I see you already spoke with Sarah by chat about your invoice. "
            f"I am a specialist from Technical Support and will go on from there, "
            f"without repeating what was already tried. {KNOWN}"
        ),
        f"We are passing your case to a specialist from Technical Support. {READ}",
    ),
    "support-to-billing": (
        (
            "Hello Ada Lovelace, I see you already spoke with Sarah by chat about your invoice. "
            f"I am from Billing and will look at your account. {KNOWN}"
        ),
        f"We are passing your question to Billing, who will look at your account. {READ}",
    ),
    "support-to-engineering": (
        (
            "Hello Sarah, I have your report on incident INC-12 (sev2) for case case-1. "
            "I am reading the logs now; please go on answering the customer."
        ),
        "We have asked Engineering to look into this. Chat Support stays in touch with you.",
    ),
    "escalation": (
        (
            "Hello Ada Lovelace, I see you already spoke with Sarah by chat about your invoice. "
            f"Your case was escalated, and I am taking it over. {KNOWN}"
        ),
        f"We have escalated your case to Technical Support. {READ}",
    ),
    "team-to-team": (
        f"Hello Ada Lovelace, I see you already spoke with Sarah by chat about your invoice. {KNOWN}",
        f"We are passing your case to Customer Success. {READ}",
    ),
}

MINIMAL = {
    "bot-to-agent": (
        (
            "Hello, I see you already talked to our assistant. "
            f"I am a person and will go on with you from here. {UNKNOWN}"
        ),
        "A person from Chat Support will go on with you.",
    ),
    "chat-to-phone": (
        f"Hello, I see you already contacted us by chat. I am calling to go on from there. {UNKNOWN}",
        "Phone Support will call you and go on from this chat.",
    ),
    "chat-to-email": (
        f"Hello, I see you already contacted us by chat. I am writing to go on from there. {UNKNOWN}",
        "Email Support will answer you by email and go on from this chat.",
    ),
    "tier-1-to-tier-2": (
        (
            "Hello, I see you already contacted us by chat. "
            f"I am a specialist from Technical Support and will go on from there. {UNKNOWN}"
        ),
        "We are passing your case to a specialist from Technical Support.",
    ),
    "support-to-billing": (
        (
            "Hello, I see you already contacted us by chat. "
            f"I am from Billing and will look at your account. {UNKNOWN}"
        ),
        "We are passing your question to Billing, who will look at your account.",
    ),
    "support-to-engineering": (
        "Hello, I have your report for case case-1. Please send me logs, and go on answering the customer.",
        "We have asked Engineering to look into this. Chat Support stays in touch with you.",
    ),
    "escalation": (
        (
            "Hello, I see you already contacted us by chat. "
            f"Your case was escalated, and I am taking it over. {UNKNOWN}"
        ),
        "We have escalated your case to Technical Support.",
    ),
    "team-to-team": (
        f"Hello, I see you already contacted us by chat. {UNKNOWN}",
        "We are passing your case to Customer Success.",
    ),
}
