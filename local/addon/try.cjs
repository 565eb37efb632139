// Picks the conference solution as a user does, against systems on this machine:
//   node local/addon/try.cjs [CALENDAR] [CONFERENCES_URL] [INITIALIZE_SYNCING_URL] [CONNECT_URL] [IDENTITY_TOKEN]
// The addresses default to those of `python -m local up`, the token to one without a signature. Prints what Calendar
// would be given.
const { load, services } = require("./services.cjs");

const [calendarId, conferencesUrl, initializeUrl, connectUrl, token] = process.argv.slice(2);
const script = {
  CONFERENCES_URL: conferencesUrl ?? "http://127.0.0.1:8082/conferences",
  INITIALIZE_SYNCING_URL: initializeUrl ?? "http://127.0.0.1:8085/",
  CONNECT_URL: connectUrl ?? "",
};
const own = {};
const lines = [];
const addon = load(services({ script, own, lines, token }));
const given = addon.createConference({
  eventData: { calendarId: calendarId ?? "owner@example.com", eventId: "notsavedyet" },
});
console.log(JSON.stringify({ given, remembered: own, logged: lines }, null, 2));
