/** Links to places of the same page, which may be folded away. */

/** Unfold what a link leads to, and what the address names. */
export function start() {
  document.addEventListener("click", (event) => {
    const link = /** @type {Element} */ (event.target).closest('a[href^="#"]');
    if (link) reveal(link.getAttribute("href")?.slice(1) ?? "");
  });
  if (location.hash.startsWith("#turn-")) reveal(location.hash.slice(1));
}

/** @param {string} id */
function reveal(id) {
  const element = document.getElementById(id);
  if (!element) return;
  for (let each = element.closest("details"); each; each = each.parentElement?.closest("details") ?? null) each.open = true;
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "center" });
}
