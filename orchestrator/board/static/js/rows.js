/** Moving among the rows of a list by keys. */

/**
 * Move the focus from the row that has it to another one; from elsewhere to the first.
 * @param {string} link finds the link of each row
 * @param {string} row finds the row of a link
 * @param {number} step 1: to the next, -1: to the one before
 */
export function move(link, row, step) {
  const all = [...document.querySelectorAll(link)].filter((each) => !each.closest(".going"));
  const links = /** @type {HTMLElement[]} */ (all);
  const here = links.findIndex((each) => each.closest(row)?.contains(document.activeElement));
  const next = links[Math.min(Math.max(here + step, 0), links.length - 1)];
  next?.focus();
  next?.closest(row)?.scrollIntoView({ block: "nearest" });
}
