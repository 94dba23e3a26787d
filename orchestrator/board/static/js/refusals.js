/** Why something was not done, said where it was pressed. */

import { onPage } from "./forms.js";
import { alert } from "./say.js";

/**
 * Say at a form why it was not done, and aloud in a corner when it is not on the page any more.
 * @param {HTMLFormElement} form
 * @param {string} text "" when there is nothing to say any more
 */
export function tell(form, text) {
  const shown = onPage(form);
  if (!shown) {
    if (text) alert(text);
    return;
  }
  const box = shown.querySelector(".problem-box, .deed-says") ?? (text ? newBox(shown) : null);
  if (box) box.textContent = text;
}

/** @param {HTMLFormElement} form */
function newBox(form) {
  const box = document.createElement("p");
  box.className = "deed-says";
  box.setAttribute("role", "alert");
  form.append(box);
  return box;
}
