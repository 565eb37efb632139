// The week of one user's calendar: what is dragged, drawn, typed and clicked in it becomes a deed.

import { ask, byId, element, hue, person, toast, trying, wall } from "/static/dom.js";
import { askWhich, openMeeting, openNew } from "/static/meeting.js";

const NARROW = window.matchMedia("(max-width: 720px)");
const WIDE = window.matchMedia("(min-width: 1101px)");
const STEPS = { ArrowUp: [0, -30], ArrowDown: [0, 30], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

let calendar = null;
let user = null;
let shown = null;
let differing = new Set();
let focused = null; // the meeting that has the focus, also while it is drawn anew or a dialog is open

export const chosen = () => user;

export function startWeek() {
  if (!window.EventCalendar) {
    byId("ec").replaceWith(element("p", { class: "note", role: "alert" },
      "The calendar is not installed: it comes from npm. Install node with npm, run make page, and load this page again. " +
      "All else works: the buttons here, and curl."));
  } else {
    calendar = window.EventCalendar.create(byId("ec"), options());
    NARROW.addEventListener("change", () => calendar.setOption("view", view()));
    WIDE.addEventListener("change", () => calendar.setOption("height", height()));
    byId("ec").addEventListener("keydown", keyed);
    for (const kind of ["focusin", "pointerdown"]) document.addEventListener(kind, follow);
    document.addEventListener("close", () => refocus(meetingOf(focused)), true); // of a dialog; it does not bubble
  }
  byId("new").addEventListener("click", () => openNew(user, ...nextHour()));
  byId("add-user").addEventListener("click", addUser);
}

const view = () => (NARROW.matches ? "timeGridDay" : "timeGridWeek");

const height = () => (WIDE.matches ? "100%" : "auto");

function options() {
  return {
    view: view(),
    timeZone: "UTC",
    firstDay: 1,
    locale: "en-GB",
    allDaySlot: false,
    displayEventEnd: false,
    editable: true,
    selectable: true,
    pointer: true,
    selectMinDistance: 4,
    slotMinTime: "07:00",
    slotMaxTime: "20:00",
    flexibleSlotTimeLimits: true,
    slotHeight: 22,
    height: height(),
    dayMaxEvents: false,
    headerToolbar: { start: "title", center: "", end: "today prev,next" },
    dayHeaderFormat: { weekday: "short", day: "numeric" },
    slotLabelFormat: { hour: "2-digit", minute: "2-digit" },
    eventTimeFormat: { hour: "2-digit", minute: "2-digit" },
    longPressDelay: 350,
    events: [],
    datesSet: (info) => {
      shown = { start: wall(info.start), end: wall(info.end) };
      refresh();
    },
    select: (info) => {
      calendar.unselect();
      openNew(user, wall(info.start), wall(info.end));
    },
    dateClick: (info) => openNew(user, wall(info.date), wall(new Date(info.date.getTime() + 3_600_000))),
    eventClick: (info) => {
      info.jsEvent.preventDefault(); // or the Enter that opens the dialog would send it, too
      openMeeting(user, info.event.extendedProps, times(info.event));
    },
    eventDrop: (info) => dropped(info),
    eventResize: (info) => dropped(info),
    eventDidMount: (info) => {
      info.el.dataset.id = info.event.id;
      if (info.event.id === focused) refocus(info.el);
    },
    eventAllUpdated: mark,
  };
}

function times(event) {
  return { start: wall(event.start), end: wall(event.end) };
}

function nextHour() {
  const from = calendar ? new Date(calendar.getView().currentStart) : new Date();
  const today = new Date();
  const until = calendar ? new Date(calendar.getView().currentEnd) : today;
  const day = today >= from && today < until ? today : from;
  const start = new Date(day.getFullYear(), day.getMonth(), day.getDate(), Math.min(Math.max(today.getHours() + 1, 8), 18));
  return [wall(start), wall(new Date(start.getTime() + 3_600_000))];
}

async function dropped(info) {
  const event = info.event.extendedProps;
  drops += 1;
  const scope = event.series ? await askWhich() : "this";
  const wish = { deed: "change", user, event: event.id, scope, ...times(info.event) };
  if (!scope || (await trying(() => ask("deeds", wish))) === null) info.revert();
  drops -= 1;
  refresh();
}

function keyed(pressed) {
  const step = STEPS[pressed.key];
  const id = pressed.target.closest?.(".ec-event")?.dataset.id;
  const event = step && id && calendar.getEventById(id);
  if (!event || !event.editable && event.editable !== undefined) return;
  pressed.preventDefault();
  const [days, minutes] = step;
  const moved = (at) => new Date(at.getFullYear(), at.getMonth(), at.getDate() + days, at.getHours(), at.getMinutes() + minutes);
  const wish = { deed: "change", user, event: id, scope: "this", start: wall(moved(event.start)), end: wall(moved(event.end)) };
  trying(() => ask("deeds", wish));
}

// Without drawing anew, which would take what is clicked or has the focus from under the hand.
function mark() {
  for (const shownEvent of document.querySelectorAll(".ec-event[data-id]")) {
    const event = calendar.getEventById(shownEvent.dataset.id)?.extendedProps;
    if (!event) continue;
    const differs = differing.has(event.conference) && event.mine;
    shownEvent.classList.toggle("differs", differs);
    shownEvent.setAttribute("aria-label", event.label + (differs ? ", its conference differs" : ""));
  }
}

function follow({ target }) {
  if (!target.closest("dialog")) focused = target.closest(".ec-event")?.dataset.id ?? null;
}

const meetingOf = (id) => id && document.querySelector(`.ec-event[data-id="${CSS.escape(id)}"]`);

// At once when it is drawn anew, which takes the focus from it: a key that comes in between would be lost.
function refocus(meeting) {
  if (!document.querySelector("dialog[open]")) meeting?.focus({ preventScroll: true });
}

let asked = 0;
let drops = 0; // under way: what is read meanwhile may be older, and would be drawn over them

export async function refresh() {
  if (!calendar || !user || !shown) return;
  const number = ++asked;
  const told = await ask("week", { user, ...shown }).catch(() => null);
  if (told && number === asked && !drops) draw(told.events);
}

function draw(told) {
  calendar?.setOption("events", told.map(drawn));
}

function drawn(event) {
  const answer = event.guests[user];
  const about = [event.mine ? "" : `, from ${person(event.organizer)}`, event.series ? ", in a series" : ""];
  return {
    id: event.id,
    title: event.title,
    start: event.start,
    end: event.end,
    allDay: event.all_day,
    editable: event.mine && !event.all_day,
    classNames: [`hue-${event.conference ? hue(event.conference) : "none"}`, event.mine ? "" : `guest ${answer || ""}`].join(" ").split(" ").filter(Boolean),
    extendedProps: { ...event, label: `${event.title}, ${event.start.slice(0, 16).replace("T", " ")}${about.join("")}` },
  };
}

export function markDrift(conferences) {
  differing = new Set(conferences.filter((one) => one.drift.length).map((one) => one.id));
  mark();
}

export function showUsers(told) {
  const known = told.users.map((one) => one.id);
  if (!known.includes(user)) user = known[0];
  const buttons = told.users.map((one) =>
    element("button", { type: "button", "aria-pressed": String(one.id === user), title: one.id, onclick: () => choose(one.id, told) }, person(one.id)));
  byId("users").replaceChildren(...buttons);
  showAccess(told);
  refresh();
}

function choose(id, told) {
  user = id;
  draw([]);
  showUsers(told);
}

// What the service may do with this calendar, if that is not simply to follow it.
function showAccess(told) {
  const { state } = told.users.find((one) => one.id === user);
  const note = byId("access");
  note.hidden = state === "followed";
  const link = told.connect_url && element("a", { href: told.connect_url, target: "_blank", rel: "noopener" }, "Connect it");
  const words = state === "lost" ? "The consent is over, so this calendar is not read any more. " : `${person(user)}’s calendar is not followed. `;
  note.replaceChildren(words, ...(link ? [link, ` as ${user}; conferences then follow.`] : []));
}

function addUser() {
  const dialog = byId("user"), form = dialog.querySelector("form"), error = form.querySelector(".error");
  form.reset();
  error.hidden = true;
  form.onsubmit = async (event) => {
    if (event.submitter?.value === "close") return;
    event.preventDefault();
    try {
      user = (await ask("users", { email: form.email.value })).user;
      dialog.close();
      toast(`${person(user)} is here; invite them to a meeting of another user.`);
    } catch (refused) {
      error.textContent = refused.message;
      error.hidden = false;
    }
  };
  dialog.showModal();
}
