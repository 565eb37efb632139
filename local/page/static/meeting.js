// The dialog of one meeting: make it, change it, copy, delete, invite, answer.

import { ask, byId, toast, trying } from "/static/dom.js";

const dialog = byId("meeting");
const form = dialog.querySelector("form");
const error = form.querySelector(".error");

let about = null;

export function openNew(user, start, end) {
  open({ user, kind: "new" }, "New meeting", { title: "", start, end });
}

export function openMeeting(user, event, times) {
  const kind = event.mine ? "old" : "guest";
  open({ user, kind, event, times }, event.mine ? "Meeting" : "A guest’s copy", { title: event.title, ...times });
}

function open(what, title, fields) {
  about = what;
  form.reset();
  error.hidden = true;
  byId("meeting-title").textContent = title;
  form.dataset.kind = what.kind;
  form.dataset.series = String(Boolean(what.event?.series));
  for (const [name, value] of Object.entries(fields)) form.elements[name].value = value;
  for (const name of ["title", "start", "end"]) form.elements[name].readOnly = what.kind === "guest";
  dialog.showModal();
  form.elements.title.focus();
}

const field = (name) => form.elements[name].value;

function wish(does) {
  const { user, event } = about;
  const common = { user, event: event?.id, scope: field("scope") };
  switch (does) {
    case "save":
      return about.kind === "new" ? { deed: "create", user, ...fields("title", "start", "end", "repeats", "guests") } : change(common);
    case "invite":
      return { deed: "invite", ...common, email: field("email") };
    case "accepted":
    case "declined":
      return { deed: "answer", ...common, answer: does };
    default:
      return { deed: does, ...common };
  }
}

const fields = (...names) => Object.fromEntries(names.map((name) => [name, field(name)]));

// Only what was changed: the times of one date are not those of its series.
function change(common) {
  const { start, end } = about.times;
  const moved = field("start") !== start || field("end") !== end;
  return { deed: "change", ...common, title: field("title"), ...(moved ? fields("start", "end") : {}) };
}

form.addEventListener("submit", async (event) => {
  const does = event.submitter?.value || "save";
  if (does === "close") return;
  event.preventDefault();
  const done = about;
  try {
    const told = await ask("deeds", wish(does));
    dialog.close();
    if (does === "delete") offerBack(done, told.event);
  } catch (refused) {
    error.textContent = refused.message;
    error.hidden = false;
  }
});

// Enter in a field is what its own button does, and else saves.
form.elements.email.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("[value=invite]"));
});

function offerBack({ user, event }, id) {
  if (id !== event.id && id !== event.series) return;
  toast(`“${event.title}” is deleted.`, { name: "Restore", run: () => trying(() => ask("deeds", { deed: "restore", user, event: id })) });
}

export function askWhich() {
  const which = byId("which");
  which.returnValue = "";
  which.showModal();
  return new Promise((resolve) => which.addEventListener("close", () => resolve(which.returnValue), { once: true }));
}
