// What the conference system holds, and where that differs from the calendar.

import { ask, byId, element, hue, moment, person, span, trying } from "/static/dom.js";
import { showHistory } from "/static/answers.js";

const ANSWERS = { accepted: "accepted", declined: "declined", tentative: "may come", needsAction: "invited" };
let before = "";

export function showConferences(told) {
  const text = JSON.stringify([told.conferences, told.settings, told.elsewhere]);
  if (text === before) return;
  before = text;
  const rooms = [...told.conferences].sort(order);
  const focused = document.activeElement?.dataset?.key;
  byId("no-rooms").hidden = rooms.length > 0;
  if (told.elsewhere) byId("no-rooms").textContent = `What changes is pushed to ${told.elsewhere}; what is held there is not seen from here.`;
  const [held, gone] = [rooms.filter(matters), rooms.filter((one) => !matters(one))];
  byId("held").replaceChildren(...held.map((one) => card(one, told.settings)));
  byId("gone").hidden = gone.length === 0;
  byId("gone").querySelector("summary").textContent = `${gone.length} deleted`;
  byId("gone").querySelector("ul").replaceChildren(...gone.map((one) => card(one, told.settings)));
  if (focused) document.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  tally(held);
}

const matters = (room) => room.status === "live" || room.drift.length > 0;

function order(one, other) {
  const rank = (room) => (room.status === "live" ? 0 : 1);
  return rank(one) - rank(other) || (one.start || "9").localeCompare(other.start || "9") || one.id.localeCompare(other.id);
}

function tally(rooms) {
  const differ = rooms.filter((one) => one.drift.length).length;
  byId("drift").dataset.drift = String(differ > 0);
  byId("drift").textContent = differ ? `${differ} of ${rooms.length} ${differ === 1 ? "differs" : "differ"}` : rooms.length ? "all in step" : "";
}

function card(room, settings) {
  const state = room.drift.length ? "differs" : room.status === "live" ? (room.told ? "in step" : "waits for its event") : "deleted";
  const guests = Object.entries(room.guests).map(([who, answer]) => `${person(who)} (${ANSWERS[answer] || answer})`);
  return element("li", { class: `room hue-${hue(room.id)}`, "data-state": state, "data-room": room.id },
    element("div", { class: "title" }, element("h3", {}, room.title), element("span", { class: "badge" }, state)),
    room.told && element("p", {}, span(room.start, room.end), room.recurrence.length ? `, ${rule(room.recurrence)}` : ""),
    guests.length ? element("p", { class: "small" }, guests.join(", ")) : null,
    ...room.dates.map((date) => element("p", { class: "small" }, dated(date))),
    room.carried.length > 1 ? element("p", { class: "small" }, `carried by ${room.carried.map((name) => `“${name}”`).join(", ")}`) : null,
    room.drift.length ? differences(room, settings) : null,
    room.trouble && room.drift.length ? element("p", { class: "bad" }, room.trouble) : null,
    element("div", { class: "buttons" }, buttons(room)));
}

function rule(lines) {
  const text = lines.join(" ");
  const often = text.includes("DAILY") ? "every day" : text.includes("WEEKLY") ? "every week" : "in a series";
  const until = /UNTIL=(\d{4})(\d{2})(\d{2})/.exec(text);
  const times = /COUNT=(\d+)/.exec(text);
  return often + (until ? ` until ${Number(until[3])}/${Number(until[2])}` : times ? `, ${times[1]} times` : "");
}

function dated(date) {
  if (date.status === "cancelled") return `not on ${moment(date.original)}`;
  return `${moment(date.original)}: ${date.title || ""} ${date.start ? moment(date.start) : ""}`;
}

function differences(room, settings) {
  const rows = room.drift.map((one) =>
    element("tr", {}, element("th", { scope: "row" }, one.what), element("td", {}, one.calendar), element("td", {}, one.conference)));
  const gone = room.drift.some((one) => one.what === "event");
  return element("div", { class: "drift" },
    element("table", {}, element("thead", {}, element("tr", {}, ...["", "calendar", "conference"].map((name) => element("th", { scope: "col" }, name)))), element("tbody", {}, rows)),
    gone && element("p", { class: "small" }, `It is deleted when the grace of ${settings.DELETE_GRACE_SECONDS} s is over.`));
}

function buttons(room) {
  const key = (name) => ({ type: "button", class: "quiet", "data-key": `${name}-${room.id}` });
  const made = [element("button", { ...key("history"), onclick: () => showHistory(room) }, "History")];
  if (room.trouble && room.drift.length) made.push(element("button", { ...key("retry"), onclick: () => trying(() => ask("retry", { conference: room.id })) }, "Try again now"));
  if (room.restore) made.push(element("button", { ...key("restore"), onclick: () => trying(() => ask("deeds", { deed: "restore", user: room.restore.user, event: room.restore.event })) }, "Restore the meeting"));
  return made;
}
