// The add-on on a stand-in of Google's services.
const assert = require("node:assert/strict");
const test = require("node:test");
const { identityToken, load, services } = require("../../local/addon/services.cjs");
const { CONFERENCES_URL, EVENT, INITIALIZE_URL, MADE, plain } = require("./given.cjs");

const SCRIPT = { CONFERENCES_URL, CONFERENCES_KEY: "secret-key", INITIALIZE_SYNCING_URL: INITIALIZE_URL };

/** The add-on where `answers` are those of the addresses; a missing one throws as an unreachable host does. */
function installed({ answers = {}, script = SCRIPT, ...more }) {
  const calls = [];
  const lines = [];
  const own = {};
  const fetch = (url, options) => {
    calls.push({ url, ...plain(options) });
    if (!answers[url]) throw new Error(`Address unavailable: ${url}`);
    return answers[url];
  };
  const scope = load(services({ script, own, lines, fetch, ...more }));
  return { calls, lines, own, pick: () => plain(scope.createConference({ eventData: EVENT })), scope };
}

test("Calendar is given the conference, and what was enrolled is remembered for the user", () => {
  const room = { id: "r1", join_url: "https://meet.example.com/r1", passcode: "1234" };
  const answers = { [CONFERENCES_URL]: { status: 201, text: JSON.stringify(room) }, [INITIALIZE_URL]: { status: 200, text: "{}" } };
  const addon = installed({ answers });
  assert.deepEqual(addon.pick(), {
    ConferenceId: "r1",
    EntryPoint: { EntryPointType: "VIDEO", Uri: "https://meet.example.com/r1", Passcode: "1234" },
  });
  assert.deepEqual(addon.own, { "enrolled owner@example.com": INITIALIZE_URL });
});

test("each address is given its own credential and followed to no other", () => {
  const addon = installed({ answers: { [CONFERENCES_URL]: MADE, [INITIALIZE_URL]: { status: 200, text: "{}" } } });
  addon.pick();
  const [conferences, sync] = addon.calls;
  const token = `Bearer ${identityToken("owner@example.com")}`;
  assert.deepEqual(conferences.headers, { Authorization: "Bearer secret-key" });
  assert.deepEqual(sync.headers, { Authorization: token, "X-Serverless-Authorization": token });
  for (const call of addon.calls) {
    assert.equal(call.method, "post");
    assert.equal(call.contentType, "application/json");
    assert.equal(call.followRedirects, false);
    assert.equal(call.muteHttpExceptions, true);
  }
});

test("without a key the conference system is sent no credential", () => {
  const addon = installed({ script: { CONFERENCES_URL }, answers: { [CONFERENCES_URL]: MADE } });
  addon.pick();
  assert.deepEqual(addon.calls[0].headers, {});
});

test("a host that cannot be reached is a temporary error", () => {
  assert.equal(installed({}).pick().Error.ConferenceErrorType, "TEMPORARY");
});

test("a user who is not signed in is led to the sign-in", () => {
  const text = JSON.stringify({ sign_in_url: "https://meet.example.com/sign-in" });
  const addon = installed({ answers: { [CONFERENCES_URL]: { status: 401, text } } });
  assert.deepEqual(addon.pick(), {
    Error: { ConferenceErrorType: "AUTHENTICATION", AuthenticationUrl: "https://meet.example.com/sign-in" },
  });
});

test("no log line holds the key or the token", () => {
  for (const status of [0, 403, 502]) {
    const addon = installed({ answers: { [CONFERENCES_URL]: MADE, ...(status && { [INITIALIZE_URL]: { status, text: "no" } }) } });
    addon.pick();
    const said = JSON.stringify(addon.lines);
    assert.equal(addon.lines.length, 1);
    assert.ok(!said.includes("secret-key") && !said.includes(identityToken("owner@example.com")));
  }
});

test("showAudience prints the client id that the function's service must accept", () => {
  const addon = installed({});
  addon.scope.showAudience();
  assert.deepEqual(addon.lines, ["script.apps.googleusercontent.com"]);
});
