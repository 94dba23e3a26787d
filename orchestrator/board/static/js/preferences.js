/** Preferences that only a browser can know or apply at once. */

import { askWhenWanted } from "./notify.js";

const SCROLL = "scroll-before-apply";

/** Leave the browser's zone for the server, apply the menu's choices as they are made, fold the menu away. */
export function start() {
  leaveZone();
  restoreScroll();
  askWhenWanted();
  for (const form of document.querySelectorAll("form[data-apply]")) {
    form.querySelector("button")?.setAttribute("hidden", "");
    form.addEventListener("change", () => {
      sessionStorage.setItem(SCROLL, JSON.stringify([location.pathname, scrollX, scrollY]));
      /** @type {HTMLFormElement} */ (form).requestSubmit();
    });
  }
  const menu = /** @type {HTMLDetailsElement | null} */ (document.getElementById("menu"));
  if (menu) foldAway(menu);
}

function leaveZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const cookie = `browser-zone=${encodeURIComponent(zone)}`;
  if (document.cookie.split("; ").includes(cookie)) return;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${cookie}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}

function restoreScroll() {
  const kept = sessionStorage.getItem(SCROLL);
  sessionStorage.removeItem(SCROLL);
  if (!kept) return;
  const [path, x, y] = JSON.parse(kept);
  if (path === location.pathname) scrollTo(x, y);
}

/** @param {HTMLDetailsElement} menu */
function foldAway(menu) {
  document.addEventListener("click", (event) => {
    if (menu.open && !menu.contains(/** @type {Node} */ (event.target))) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
}
