// The page: listens to what happens, and hands it to the parts.

import { byId } from "/static/dom.js";
import { showBreaks } from "/static/breaks.js";
import { showConferences } from "/static/conferences.js";
import { forget, showLine, nameConferences } from "/static/lines.js";
import { startWeek, showUsers, refresh, markDrift } from "/static/week.js";
import "/static/answers.js";

const PHASES = { starting: "starting …", running: "running", ended: "ended: make local starts it again" };

function phase(name, text = PHASES[name]) {
  byId("phase").textContent = text;
  byId("phase").dataset.phase = name;
}

let run = null;
let users = "";

function listen() {
  const stream = new EventSource("/api/stream");
  const on = (kind, act) => stream.addEventListener(kind, (event) => act(JSON.parse(event.data)));
  stream.onerror = () => phase("ended", "no connection: make local starts the system again");
  on("run", (told) => {
    if (run && run !== told.run) {
      forget();
      users = "";
    }
    run = told.run;
  });
  on("phase", (told) => {
    phase(told.phase);
    if (told.phase === "running") refresh();
  });
  on("calendar", () => refresh());
  on("line", showLine);
  on("picture", (told) => {
    showConferences(told);
    nameConferences(told.conferences);
    markDrift(told.conferences);
    showBreaks(told);
    if (JSON.stringify(told.users) !== users) {
      users = JSON.stringify(told.users);
      showUsers(told);
    }
  });
}

startWeek();
listen();
