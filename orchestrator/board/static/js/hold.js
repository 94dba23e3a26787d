/** What a reader has in hand while a part of the page is replaced: focus, unfolded parts, scrolling, what they wrote. */

const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex]";
const TEXT = "textarea, input:not([type=hidden], [type=checkbox], [type=radio], [type=submit])";

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

/**
 * Prepare `fresh` to take the place of `old`.
 * @param {Element} old
 * @param {Element} fresh not in the page yet
 * @returns {() => void} to be called once it is in the page
 */
export function hold(old, fresh) {
  const focused = old.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
  const way = focused ? wayTo(focused, old) : null;
  const selection = focused && focused.matches(TEXT) ? selectionOf(/** @type {HTMLInputElement} */ (focused)) : null;
  unfold(old, fresh);
  const scrolled = [...old.querySelectorAll("[id]")].filter((each) => each.scrollTop || each.scrollLeft);
  const kept = keepForms(old, fresh);
  return () => {
    for (const each of scrolled) document.getElementById(each.id)?.scrollTo(each.scrollLeft, each.scrollTop);
    if (!focused) return;
    const isKept = kept.some((form) => form.contains(focused));
    const target = isKept ? focused : findBy(/** @type {string} */ (way), fresh);
    target?.focus({ preventScroll: true });
    if (selection && target?.matches(TEXT)) select(/** @type {HTMLInputElement} */ (target), selection);
  };
}

/**
 * Move forms in hand over as they are; one that is not offered any more goes to the end: sending it says why.
 * @param {Element} old
 * @param {Element} fresh
 */
function keepForms(old, fresh) {
  const forms = old instanceof HTMLFormElement ? [] : dirtyForms(old);
  for (const form of forms) {
    const same = [...fresh.querySelectorAll("form")].find((each) => nameOf(each) === nameOf(form));
    if (same) same.replaceWith(form);
    else (fresh.matches("tr") ? (fresh.lastElementChild ?? fresh) : fresh).append(form);
  }
  return forms;
}

/** @param {HTMLFormElement} form */
function nameOf(form) {
  const item = form.querySelector('input[type="hidden"][name="item"]')?.getAttribute("value") ?? "";
  return form.id || `${form.getAttribute("action")} ${item}`;
}

/**
 * @param {Element} old
 * @param {Element} fresh
 */
function unfold(old, fresh) {
  const before = [...old.querySelectorAll("details")];
  if (old instanceof HTMLDetailsElement && fresh instanceof HTMLDetailsElement) fresh.open = old.open;
  const after = [...fresh.querySelectorAll("details")];
  after.forEach((each, index) => {
    const same = each.id ? before.find((other) => other.id === each.id) : before[index];
    if (same && (each.id || !same.id)) each.open = same.open;
  });
}

/**
 * How to find an element again in a new version: by id, by form and name, by where its link leads, else by its number.
 * @param {Element} element
 * @param {Element} root
 */
function wayTo(element, root) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  const quoted = (/** @type {string} */ text) => `"${CSS.escape(text)}"`;
  const name = element.getAttribute("name");
  const form = element.closest("form");
  if (form) {
    const own = name ? `[name=${quoted(name)}]` : element.localName;
    return `form[action=${quoted(form.getAttribute("action") ?? "")}] ${own}`;
  }
  const href = element.getAttribute("href");
  if (href) return `a[href=${quoted(href)}]`;
  return String([...root.querySelectorAll(FOCUSABLE)].indexOf(element));
}

/**
 * @param {string} way
 * @param {Element} root
 * @returns {HTMLElement | null}
 */
function findBy(way, root) {
  const found = /^-?\d+$/.test(way) ? root.querySelectorAll(FOCUSABLE)[Number(way)] : root.querySelector(way);
  const target = found ?? (root.matches(FOCUSABLE) ? root : root.querySelector(FOCUSABLE));
  return /** @type {HTMLElement | null} */ (target ?? null);
}

/** @param {HTMLInputElement} field */
function selectionOf(field) {
  return [field.selectionStart, field.selectionEnd];
}

/**
 * @param {HTMLInputElement} field
 * @param {(number | null)[]} selection
 */
function select(field, [start, end]) {
  if (start !== null && end !== null) field.setSelectionRange(start, end);
}
