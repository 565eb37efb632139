// What the tests of the add-on share.
const { load } = require("../../local/addon/services.cjs");

const CONFERENCES_URL = "https://meet.example.com/conferences";
const INITIALIZE_URL = "https://initialize.example.com/";
const CONNECT_URL = "https://connect.example.com";
const EVENT = { calendarId: "owner@example.com", eventId: "event1" };
const MADE = { status: 200, text: JSON.stringify({ id: "r1", join_url: "https://meet.example.com/r1" }) };
const ENROLLED = { status: 200, text: "{}" };

const addon = load();

/** Values from another global scope have other prototypes, which strict equality minds. */
const plain = (value) => JSON.parse(JSON.stringify(value));

/** An outside whose conference system, sync and consent answer as told; `sent` and `lines` keep what was asked and logged. */
function outside({ conferences = MADE, sync = ENROLLED, consent, settings = {}, token = "token", enrolled = {} } = {}) {
  const made = { sent: [], lines: [], enrolled };
  const answers = { [CONFERENCES_URL]: conferences, [INITIALIZE_URL]: sync, [`${CONNECT_URL}/status`]: consent };
  return Object.assign(made, {
    settings: () => ({ conferencesUrl: CONFERENCES_URL, initializeUrl: INITIALIZE_URL, ...settings }),
    user: () => "owner@example.com",
    identityToken: () => token,
    send: (request) => {
      made.sent.push(plain(request));
      return answers[request.url];
    },
    enrolledAt: (calendarId) => enrolled[calendarId] ?? null,
    rememberEnrolled: (calendarId, url) => {
      enrolled[calendarId] = url;
    },
    log: (message, fields) => made.lines.push(plain({ message, ...fields })),
  });
}

module.exports = { addon, CONFERENCES_URL, CONNECT_URL, EVENT, INITIALIZE_URL, MADE, outside, plain };
