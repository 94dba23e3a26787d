/** The board: ribbons unfold in place, breaches are acknowledged in place, keys move in the queue. */

import * as deeds from "./deeds.js";
import * as keys from "./keys.js";
import { tell } from "./refusals.js";
import * as ribbons from "./ribbons.js";
import { move } from "./rows.js";

/** The words of this page, in the reader's language. */
const words = document.getElementById("queue-panel")?.dataset ?? {};
const ROW = "#queue > tr";

ribbons.start();
deeds.start({
  isDeed: (form) => form.matches("[data-acknowledge]") && document.body.dataset.liveState === "live",
  lost: words.silent ?? "",
  done: (form) => {
    // Nothing is in hand any more: what follows comes by the stream, and may replace the line.
    form.reset();
    const details = form.closest("details");
    if (details) details.open = false;
  },
  refused: (form, told) => tell(form, told.detail ?? words.silent ?? ""),
});

// Empty fields would only make the address longer.
document.querySelector("form.filters")?.addEventListener("formdata", (event) => {
  const data = /** @type {FormDataEvent} */ (event).formData;
  for (const [name, value] of [...data]) if (value === "") data.delete(name);
});

if (document.getElementById("queue")) {
  keys.on("j", words.next ?? "", () => move("#queue a.handoff", ROW, 1));
  keys.on("k", words.before ?? "", () => move("#queue a.handoff", ROW, -1));
  keys.on("h", words.held ?? "", () => {
    const details = document.activeElement?.closest("tr")?.querySelector("details");
    if (details) details.open = !details.open;
  });
  keys.on("f", words.filters ?? "", () => {
    const details = /** @type {HTMLDetailsElement | null} */ (document.getElementById("more-filters"));
    if (!details) return;
    details.open = !details.open;
    /** @type {HTMLElement | null} */ (details.querySelector(details.open ? "input" : "summary"))?.focus();
  });
  keys.on("/", words.search ?? "", () => document.getElementById("filter-q")?.focus());
}
