// The buttons that break things, and what is broken now.

import { ask, byId, element, trying } from "/static/dom.js";
import { chosen } from "/static/week.js";

const ARMED = { drop: "The next is lost", double: "The next comes twice" };
const REST = {};

for (const button of document.querySelectorAll("[data-break]")) {
  REST[button.dataset.break] = button.textContent;
  button.addEventListener("click", () => trying(() => ask("breaks", { break: button.dataset.break, user: chosen() })));
}
for (const button of document.querySelectorAll("[data-answer]")) {
  button.addEventListener("click", () => trying(() => ask("breaks", { break: "answers", answer: button.dataset.answer })));
}
byId("kill").addEventListener("submit", (event) => {
  event.preventDefault();
  trying(() => ask("breaks", { break: "kill", function: byId("function").value }));
});

export function showBreaks({ breaks, functions, connect_url: consent, elsewhere }) {
  byId("answering").hidden = Boolean(elsewhere);
  for (const [name, armed] of Object.entries(ARMED)) {
    const button = document.querySelector(`[data-break=${name}]`);
    button.dataset.armed = String(breaks[name] > 0);
    button.textContent = breaks[name] > 0 ? armed : REST[name];
  }
  for (const button of document.querySelectorAll("[data-answer]")) {
    button.setAttribute("aria-pressed", String(button.dataset.answer === breaks.answers));
  }
  byId("consent").hidden = !consent;
  showFunctions(functions, breaks.down);
}

function showFunctions(functions, down) {
  const select = byId("function"), value = select.value;
  const options = functions.map((name) => element("option", { value: name, disabled: down.includes(name) }, down.includes(name) ? `${name}, down` : name));
  select.replaceChildren(...options);
  select.value = functions.includes(value) ? value : functions.includes("sync_calendar") ? "sync_calendar" : functions[0];
}
