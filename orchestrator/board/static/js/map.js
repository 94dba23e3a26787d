// The drawing follows the table of flows: when a row of it changes, the drawing is fetched anew.

const table = document.querySelector("#freshness");
const drawing = document.querySelector("#map-drawing");

if (table && drawing) {
  let isAsked = false;
  const draw = async () => {
    isAsked = false;
    const answer = await fetch(`/map/drawing${location.search}`);
    if (answer.ok) drawing.innerHTML = await answer.text();
  };
  new MutationObserver(() => {
    if (isAsked) return;
    isAsked = true;
    setTimeout(draw, 200);
  }).observe(table, { childList: true, subtree: true, attributes: true, attributeFilter: ["class"] });
}
