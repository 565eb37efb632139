// What an operator's commands answer: plan and history, as tables.

import { ask, byId, element, trying } from "/static/dom.js";
import { chosen } from "/static/week.js";

const dialog = byId("answer");

function show(title, command, ...body) {
  byId("answer-title").textContent = title;
  dialog.querySelector(".body").replaceChildren(...body, element("p", { class: "hint" }, "The same on the command line: ", element("code", {}, command)));
  if (!dialog.open) dialog.showModal();
}

function waiting(title, command) {
  show(title, command, element("p", {}, "asking …"));
}

function table(head, rows) {
  return element("table", { class: "answer" },
    element("thead", {}, element("tr", {}, head.map((name) => element("th", { scope: "col" }, name)))),
    element("tbody", {}, rows.map((row) => element("tr", {}, row.map((cell) => element("td", {}, cell ?? ""))))));
}

const clock = (iso) => (iso ? iso.slice(11, 19) : "");
const because = (entry) => [entry.row, entry.reason, entry.why].filter(Boolean).join(": ");

export async function showHistory(room) {
  const title = `What was done to “${room.title}”`;
  waiting(title, "python -m functions history …");
  const told = await trying(() => ask("history", { conference: room.id }));
  if (!told) return dialog.close();
  const entries = told.records.flatMap((record) => record.history);
  show(title, told.command, table(["when", "what", "because"], entries.map((entry) => [clock(entry.at), entry.what, because(entry)])));
}

async function showPlan() {
  const title = "What a sync would do now";
  waiting(title, `python -m functions plan ${chosen()}`);
  const told = await trying(() => ask("plan", { user: chosen() }));
  if (!told) return dialog.close();
  const steps = told.steps.map((step) => [step.what, because(step)]);
  const endings = told.endings.map((end) => ["deletes a conference", `carried by no event, at ${clock(end.delete_at)}`]);
  const rows = [...steps, ...endings];
  show(title, told.command, rows.length ? table(["what", "because"], rows) : element("p", {}, "Nothing: calendar and conferences are in step."));
}

byId("plan").addEventListener("click", showPlan);
