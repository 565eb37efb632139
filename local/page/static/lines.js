// Each change as one line, which grows hop by hop.

import { ask, byId, element, hue, person, toast, trying } from "/static/dom.js";

const NAMES = { push: "push", queue: "queue", read: "read", call: "call", commit: "kept", wait: "later" };
const FULL = { push: "Push", queue: "Queue", read: "Read", row: "Means", call: "Call", commit: "Commit", wait: "Waits" };
const SHOWN = 60;
const FOCUSABLE = "summary, button";

const list = byId("lines");
const known = new Map();
byId("earlier").addEventListener("click", () => list.classList.add("all"));
let titles = new Map();

export function forget() {
  known.clear();
  list.replaceChildren();
}

export function showLine(line) {
  byId("no-lines").hidden = true;
  const before = known.get(line.id);
  const made = drawn(line, before?.querySelector("details")?.open ?? false);
  const focused = before && [...before.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement);
  known.set(line.id, made);
  if (before) before.replaceWith(made);
  else place(made, line.id);
  made.querySelectorAll(FOCUSABLE)[focused]?.focus({ preventScroll: true });
  while (list.children.length > SHOWN) list.lastElementChild.remove();
}

// The newest is on top, in whatever order they are told.
function place(made, id) {
  const older = [...list.children].find((one) => Number(one.dataset.line) < id);
  list.insertBefore(made, older || null);
}

export function nameConferences(conferences) {
  titles = new Map(conferences.map((one) => [one.id, one.title]));
}

function drawn(line, open) {
  const colour = line.conferences.length ? `hue-${hue(line.conferences[0])}` : "hue-none";
  if (!line.calendar) return element("li", { class: "line said", "data-line": line.id }, clock(line.at), " ", line.what);
  const summary = element("summary", {},
    element("span", { class: "what" }, line.what),
    element("span", { class: "took" }, took(line)),
    element("span", { class: "track" }, line.hops.filter(plain).map(chip)),
    ...line.hops.filter((hop) => hop.trouble).slice(-1).map((hop) => element("span", { class: "bad" }, said(hop))),
    ...rows(line).map((hop) => element("span", { class: "means" }, `${hop.row}: ${hop.text}`)));
  const details = element("details", { open }, summary, element("ol", { class: "hops" }, line.hops.map(full)), whose(line));
  return element("li", { class: `line ${colour}`, "data-line": line.id, "data-state": state(line) }, details);
}

const plain = (hop) => !(hop.kind === "wait" || (hop.kind === "queue" && hop.trouble));
const rows = (line) => line.hops.filter((hop) => hop.row);

const isCall = (hop) => hop.kind === "call";

function state(line) {
  if (line.hops.findLast(isCall)?.trouble) return "trouble";
  return line.done ? "done" : "under way";
}

// Until the conference system was told, or else until the token was kept.
function took(line) {
  const now = state(line);
  if (now !== "done") return now === "trouble" || line.hops.some((hop) => hop.trouble) ? "not yet" : "…";
  return duration((line.hops.findLast(isCall) || line.hops.findLast((hop) => hop.kind === "commit")).ms);
}

const duration = (ms) => (ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`);

function chip(hop) {
  const times = hop.times > 1 ? ` ×${hop.times}` : "";
  const label = hop.row || (hop.kind === "call" ? `call${hop.trouble ? " ✗" : ""}` : NAMES[hop.kind]);
  return element("span", { class: `chip ${hop.kind}${hop.trouble ? " trouble" : ""}` }, label + times, hop.row ? null : element("small", {}, hop.ms < 1000 ? String(hop.ms) : duration(hop.ms)));
}

function said(hop) {
  return hop.times > 1 ? `${hop.text}, ${hop.times} times` : hop.text;
}

function full(hop) {
  const replay = hop.call && element("button", { type: "button", class: "quiet", onclick: () => replayed(hop.call) }, "Replay");
  return element("li", { class: hop.trouble ? "trouble" : "" },
    element("span", { class: "ms" }, duration(hop.ms)), element("b", {}, FULL[hop.kind]),
    element("span", {}, hop.row ? `${hop.row}: ${hop.text}` : said(hop), " "), replay);
}

function whose(line) {
  const names = line.conferences.map((id) => titles.get(id)).filter(Boolean);
  const about = names.length ? `; conference ${names.map((name) => `“${name}”`).join(", ")}` : "";
  return element("p", { class: "hint" }, `${person(line.calendar)}’s calendar${about}; ${clock(line.at)}`);
}

const clock = (iso) => iso.slice(11, 19);

async function replayed(call) {
  const told = await trying(() => ask("replay", { call }));
  if (told) toast(told.status === 200 ? "Sent once more, with the same id: answered as before, and nothing was done twice." : `Sent once more: answered ${told.status || "nothing"}.`);
}
