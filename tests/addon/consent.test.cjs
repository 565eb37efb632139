// Users are led to connect their calendar before their first conference, and again when access was lost.
const assert = require("node:assert/strict");
const test = require("node:test");
const { services, load, identityToken } = require("../../local/addon/services.cjs");
const { addon, CONFERENCES_URL, CONNECT_URL, EVENT, INITIALIZE_URL, MADE, outside, plain } = require("./given.cjs");

const TICKET = `${CONNECT_URL}/?ticket=t1`;
const says = (body, status = 200) => ({ status, text: typeof body === "string" ? body : JSON.stringify(body) });
const CONNECTED = says({ connected: true, url: TICKET });
const NOT_CONNECTED = says({ connected: false, url: TICKET });

/** An outside whose add-on asks for the user's consent first. */
const world = (consent, more = {}) => outside({ consent, ...more, settings: { connectUrl: CONNECT_URL, ...more.settings } });
const pick = (given) => plain(addon.makeConference(given, EVENT));
const asked = (given) => given.sent.map(({ url }) => url);

test("who is connected has their conference, and is asked for by their identity token", () => {
  const given = world(CONNECTED);
  assert.equal(pick(given).conference.id, "r1");
  assert.deepEqual(asked(given), [`${CONNECT_URL}/status`, CONFERENCES_URL, INITIALIZE_URL]);
  assert.deepEqual(given.sent[0], { url: `${CONNECT_URL}/status`, bearer: "token", body: {} });
  assert.deepEqual(given.lines, []);
});

test("who is not connected, or no longer, is sent there, and no conference is made that nobody would have", () => {
  const given = world(NOT_CONNECTED);
  assert.deepEqual(pick(given).error, { type: "AUTHENTICATION", why: "the user has to connect", signInUrl: TICKET });
  assert.deepEqual(asked(given), [`${CONNECT_URL}/status`]);
  assert.deepEqual(given.lines, [{ message: "conference.not_created", type: "AUTHENTICATION", why: "the user has to connect" }]);
});

test("consent is asked for each time: it may have ended", () => {
  const given = world(CONNECTED);
  pick(given);
  pick(given);
  assert.equal(asked(given).filter((url) => url === `${CONNECT_URL}/status`).length, 2);
});

for (const [what, consent] of [
  ["cannot be reached", says("Address unavailable", 0)],
  ["refuses the token", says("", 401)],
  ["is over its limit", says("", 429)],
  ["is broken", says("<html>", 503)],
  ["answers no JSON", says("<html>")],
  ["does not say", says({})],
  ["says something else", says({ connected: "no", url: TICKET })],
  ["has no address", says({ connected: false })],
  ["has an address that is none", says({ connected: false, url: "javascript:alert(1)" })],
]) {
  test(`a service that ${what} costs nobody their conference`, () => {
    const given = world(consent);
    assert.equal(pick(given).conference.id, "r1");
    assert.deepEqual(given.lines.map(({ message }) => message), ["calendar.consent_unknown"]);
  });
}

test("without an identity token nothing is asked, and the log says which scope is missing", () => {
  const given = world(CONNECTED, { token: null });
  assert.equal(pick(given).conference.id, "r1");
  assert.ok(!asked(given).includes(`${CONNECT_URL}/status`));
  assert.match(given.lines[0].why, /scope openid/);
});

test("a slash too many in the property does no harm", () => {
  const given = world(CONNECTED, { settings: { connectUrl: `${CONNECT_URL}/` } });
  pick(given);
  assert.equal(asked(given)[0], `${CONNECT_URL}/status`);
});

test("who connects a calendar enrols it: the sync's own address is not needed", () => {
  const given = world(CONNECTED, { settings: { initializeUrl: null } });
  assert.equal(pick(given).conference.id, "r1");
  assert.deepEqual(given.lines, []);
});

/** What Calendar is given by the add-on on Google's services, and with which headers it asked. */
function installed(consent) {
  const calls = [];
  const answers = { [`${CONNECT_URL}/status`]: consent, [CONFERENCES_URL]: MADE };
  const fetch = (url, { headers }) => {
    calls.push({ url, headers: plain(headers) });
    return answers[url];
  };
  const lines = [];
  const scope = load(services({ script: { CONFERENCES_URL, CONNECT_URL }, fetch, lines }));
  return { given: plain(scope.createConference({ eventData: EVENT })), calls, lines };
}

test("Calendar is told to authenticate the user where they connect", () => {
  const { given } = installed(NOT_CONNECTED);
  assert.deepEqual(given, { Error: { ConferenceErrorType: "AUTHENTICATION", AuthenticationUrl: TICKET } });
});

test("the token goes where Cloud Run leaves it as it is, and neither it nor the ticket is logged", () => {
  for (const consent of [CONNECTED, NOT_CONNECTED, says("", 503)]) {
    const { calls, lines } = installed(consent);
    const token = identityToken("owner@example.com");
    assert.deepEqual(calls[0].headers, { Authorization: `Bearer ${token}` });
    assert.ok(!JSON.stringify(lines).includes(token) && !JSON.stringify(lines).includes(TICKET));
  }
});

test("an answer that cannot be read is not logged: it may hold a ticket", () => {
  const { lines } = installed(says({ connected: "no", url: TICKET }));
  assert.equal(lines.length, 1);
  assert.ok(!JSON.stringify(lines).includes(TICKET));
});
