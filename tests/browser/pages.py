"""Every page that there is, to be looked at in all ways."""

from __future__ import annotations

from typing import Final

PAGES: Final = {
    "board": "/board",
    "board-filtered": "/board?to=billing&risk=breached",
    "board-nothing": "/board?q=nothing-has-this-name",
    "wall": "/wall",
    "queue": "/queue/tier-2",
    "queue-empty": "/queue/bot",
    "handoff-offered": "/handoffs/{ada-exports}",
    "handoff-accepted": "/handoffs/{ada-refund}",
    "handoff-held": "/handoffs/{held}",
    "handoff-breached": "/handoffs/{breached}",
    "handoff-completed": "/handoffs/{completed}",
    "handoff-german": "/handoffs/{german}",
    "handoff-long": "/handoffs/{long}",
    "handoff-sparse": "/handoffs/{sparse}",
    "screen-pop": "/handoffs/{ada-refund}?embed=1",
    "pop-found-none": "/pop?case=C-nobody-has-this",
    "map": "/map",
    "map-system": "/map?of=billing",
    "map-flow": "/map?of=billing-status",
    "ribbon": "/handoffs/{bounced}/ribbon",
    "ribbon-paused": "/handoffs/{paused}/ribbon",
    "reports": "/reports",
    "reports-cases": "/reports/cases",
    "you": "/you",
    "preferences": "/preferences",
    "not-found": "/no-such-page",
}
"""Name -> path; `{name}` is the id of a handoff of the world. All are checked for looks and manners."""

HOSTILE: Final = {
    "board": "/board",
    "wall": "/wall",
    "queue": "/queue/billing",
    "queue-escalations": "/queue/tier-2",
    "offered": "/handoffs/{hostile-offered}",
    "accepted": "/handoffs/{hostile-accepted}",
    "declined": "/handoffs/{hostile-declined}",
    "embedded": "/handoffs/{hostile-offered}?embed=1",
    "ribbon": "/handoffs/{hostile-accepted}/ribbon",
    "reports": "/reports",
    "reports-cases": "/reports/cases",
    "search": "/board?q=%3Cscript%3Ealert(1)%3C/script%3E&to=%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E",
    "no-such-filter": "/board?risk=%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E",
    "pop": "/pop?case=%3Cscript%3Ealert(1)%3C/script%3E",
    "map": "/map?of=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    "not-found": "/%3Cscript%3Ealert(1)%3C/script%3E",
}
"""Pages that show what the hostile customer wrote, or that echo what somebody put into a link."""
