/** Who held a handoff, drawn in place where a row is unfolded. */

import * as clock from "./clock.js";

/** Fetch the ribbons of rows that are unfolded, and of rows that are replaced while they are. */
export function start() {
  document.addEventListener("toggle", (event) => void fill(/** @type {Element} */ (event.target)), true);
  for (const details of document.querySelectorAll("details[data-ribbon][open]")) void fill(details);
}

/** @param {Element} details */
async function fill(details) {
  if (!(details instanceof HTMLDetailsElement) || !details.dataset.ribbon) return;
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
