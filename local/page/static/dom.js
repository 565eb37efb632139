// What every part of the page needs to make elements and to talk to the system.

export const byId = (id) => document.getElementById(id);

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children.flat().filter((child) => child != null && child !== false));
  return made;
}

// A refusal is an Error whose message is a sentence for people.
export async function ask(action, wish = {}) {
  let answer;
  try {
    answer = await fetch(`/api/${action}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(wish),
    });
  } catch {
    throw new Error("The system does not answer: it may have ended. Start it again with make local.");
  }
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.error || `The page's server answered ${answer.status}.`);
  return said;
}

export function toast(text, action = null) {
  const made = element("p", { class: "toast" }, text);
  if (action) made.append(element("button", { type: "button", onclick: () => { made.remove(); action.run(); } }, action.name));
  byId("toasts").append(made);
  setTimeout(() => made.remove(), 8000);
}

// For what a button does: what goes wrong is said.
export async function trying(work) {
  try {
    return await work();
  } catch (error) {
    toast(error.message);
    return null;
  }
}

const two = (number) => String(number).padStart(2, "0");

// The calendar's times are UTC that does not say so, and are handed on as they stand on the wall.
export const wall = (date) =>
  `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;

const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
const HOUR = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "UTC" });

export function span(start, end) {
  if (!start) return "no time yet";
  const from = new Date(start), to = new Date(end || start);
  if (start.length === 10) return DAY.format(from);
  const same = DAY.format(from) === DAY.format(to);
  return `${DAY.format(from)}, ${HOUR.format(from)}–${same ? "" : DAY.format(to) + " "}${HOUR.format(to)}`;
}

export const moment = (iso) => `${DAY.format(new Date(iso))}, ${HOUR.format(new Date(iso))}`;
export const person = (address) => address.split("@")[0];

const HUES = [255, 160, 25, 310, 200, 55, 345, 110];
const seen = new Map();

// The same colour for a conference wherever it is shown.
export function hue(conference) {
  if (!seen.has(conference)) seen.set(conference, HUES[seen.size % HUES.length]);
  return seen.get(conference);
}
