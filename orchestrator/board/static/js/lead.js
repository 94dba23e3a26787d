/** The board: ribbons unfold in place, breaches are acknowledged in place, keys move in the queue. */

import * as clock from "./clock.js";
import * as keys from "./keys.js";

const queue = document.getElementById("queue");
/** The words of this page, in the reader's language. */
const words = document.getElementById("queue-panel")?.dataset ?? {};

/**
 * Fetch the ribbon of a row that was unfolded, or whose row was replaced while it was.
 * @param {HTMLDetailsElement} details
 */
async function unfold(details) {
  const box = details.querySelector(".ribbon-box");
  if (!details.open || !box || details.dataset.filled) return;
  details.dataset.filled = "yes";
  const answer = await fetch(`${details.dataset.ribbon}?piece=1`, { headers: { Accept: "text/html" } });
  if (!answer.ok) {
    delete details.dataset.filled; // the link to the page is still there
    return;
  }
  box.innerHTML = await answer.text();
  clock.show(box);
}

document.addEventListener(
  "toggle",
  (event) => {
    const details = /** @type {HTMLElement} */ (event.target);
    if (details instanceof HTMLDetailsElement && details.dataset.ribbon) void unfold(details);
  },
  true,
);
for (const details of document.querySelectorAll("details[data-ribbon][open]")) {
  void unfold(/** @type {HTMLDetailsElement} */ (details));
}

/**
 * Acknowledge without leaving the page: what follows comes by the stream.
 * @param {HTMLFormElement} form
 */
async function acknowledge(form) {
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button"));
  const box = /** @type {HTMLElement} */ (form.querySelector(".problem-box"));
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  box.textContent = "";
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(/** @type {any} */ (new FormData(form))),
      headers: { Accept: "application/json" },
    });
    if (answer.ok) {
      // Nothing is in hand any more, so the line may be replaced.
      form.reset();
      const details = form.closest("details");
      if (details) details.open = false;
      return;
    }
    const problem = await answer.json().catch(() => ({}));
    box.textContent = problem.detail ?? `${answer.status} ${answer.statusText}`;
  } catch {
    box.textContent = words.silent ?? "";
  } finally {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!form.matches("[data-acknowledge]") || document.body.dataset.liveState !== "live") return;
  event.preventDefault();
  void acknowledge(form);
});

// Empty fields would only make the address longer.
document.querySelector("form.filters")?.addEventListener("formdata", (event) => {
  const data = /** @type {FormDataEvent} */ (event).formData;
  for (const [name, value] of [...data]) if (value === "") data.delete(name);
});

/** @param {number} step */
function move(step) {
  const rows = [...(queue?.children ?? [])].filter((row) => !row.classList.contains("going"));
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const row = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
  const link = /** @type {HTMLElement | null} */ (row?.querySelector("a.handoff"));
  link?.focus();
  link?.scrollIntoView({ block: "nearest" });
}

if (queue) {
  keys.on("j", words.next ?? "", () => move(1));
  keys.on("k", words.before ?? "", () => move(-1));
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
