/** Forms of a page: which is which, and in which somebody is writing. */

export const TEXT = "textarea, input:not([type=hidden], [type=checkbox], [type=radio], [type=submit])";

/**
 * What tells a form from the others of the page: what it does, and to what. The one that takes its place has it too.
 * @param {HTMLFormElement} form
 */
export function nameOf(form) {
  const hidden = (/** @type {string} */ name) =>
    form.querySelector(`input[type="hidden"][name="${name}"]`)?.getAttribute("value") ?? "";
  const about = ["item", "done", "clock"].map(hidden);
  return [form.getAttribute("action"), form.getAttribute("id"), ...about].join(" ");
}

/**
 * The form itself while it is on the page, else the one that took its place.
 * @param {HTMLFormElement} form
 * @returns {HTMLFormElement | undefined}
 */
export function onPage(form) {
  const staying = [...document.forms].filter((each) => !each.closest(".going"));
  return staying.find((each) => each === form) ?? staying.find((each) => nameOf(each) === nameOf(form));
}

/**
 * @param {HTMLFormElement} form
 * @returns {HTMLButtonElement | null}
 */
export function submitOf(form) {
  return form.querySelector("button[type=submit]");
}

/**
 * What is filled in first under an element.
 * @param {Element} root
 * @returns {HTMLElement | null}
 */
export function firstField(root) {
  return root.querySelector("input:not([type=hidden]), select, textarea");
}

/**
 * Forms under an element in which somebody wrote or chose something, or is about to.
 * @param {Element} root
 * @returns {HTMLFormElement[]}
 */
export function dirtyForms(root) {
  const forms = [...root.querySelectorAll("form")];
  if (root instanceof HTMLFormElement) forms.push(root);
  return forms.filter((form) => [...form.elements].some(isInHand));
}

/**
 * Whether somebody changed a control, or has the cursor in it.
 * @param {Element} control
 */
function isInHand(control) {
  if (control instanceof HTMLSelectElement) {
    const options = [...control.options];
    const given = options.some((each) => each.defaultSelected);
    return options.some((each, index) => each.selected !== (given ? each.defaultSelected : index === 0));
  }
  if (control.matches(TEXT)) {
    const field = /** @type {HTMLInputElement | HTMLTextAreaElement} */ (control);
    return field === document.activeElement || field.value !== field.defaultValue;
  }
  return control instanceof HTMLInputElement && control.type !== "hidden" && control.checked !== control.defaultChecked;
}
