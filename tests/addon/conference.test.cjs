// What an answer of the user's own conference system means.
const assert = require("node:assert/strict");
const test = require("node:test");
const { addon, plain } = require("./given.cjs");

const SIGN_IN = "https://meet.example.com/sign-in";

function means(status, body, settings = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return plain(addon.conferenceMade({ status, text }, settings));
}

test("a conference is its id, its link, and its passcode if it has one", () => {
  const room = { id: "r1", join_url: "https://meet.example.com/r1" };
  const without = { conference: { id: "r1", joinUrl: "https://meet.example.com/r1", passcode: null } };
  assert.deepEqual(means(200, room), without);
  assert.deepEqual(means(201, { ...room, passcode: null, more: 1 }), without);
  assert.equal(means(200, { ...room, passcode: "1234" }).conference.passcode, "1234");
});

for (const [status, type] of [
  [0, "TEMPORARY"],
  [301, "PERMANENT"],
  [400, "PERMANENT"],
  [402, "CONFERENCE_SOLUTION_FORBIDDEN"],
  [403, "PERMISSION_DENIED"],
  [404, "PERMANENT"],
  [408, "TEMPORARY"],
  [425, "TEMPORARY"],
  [429, "TEMPORARY"],
  [500, "TEMPORARY"],
  [503, "TEMPORARY"],
]) {
  test(`status ${status} is ${type}, whatever the body says`, () => {
    const room = { id: "r1", join_url: "https://meet.example.com/r1", sign_in_url: SIGN_IN };
    const { conference, error } = means(status, room, { signInUrl: SIGN_IN });
    assert.equal(conference, undefined);
    assert.equal(error.type, type);
    assert.equal(error.signInUrl, undefined);
  });
}

test("401 leads to the sign-in of the answer, else to that of the settings", () => {
  assert.deepEqual(means(401, { sign_in_url: SIGN_IN }).error, { type: "AUTHENTICATION", why: "answer 401", signInUrl: SIGN_IN });
  assert.equal(means(401, "", { signInUrl: SIGN_IN }).error.signInUrl, SIGN_IN);
  assert.equal(means(401, { sign_in_url: "javascript:alert(1)" }, { signInUrl: SIGN_IN }).error.signInUrl, SIGN_IN);
});

test("401 without an address to sign in at is a permission denied", () => {
  assert.equal(means(401, "").error.type, "PERMISSION_DENIED");
});

for (const [what, body] of [
  ["no JSON", "<html>"],
  ["null", "null"],
  ["no id", { join_url: "https://meet.example.com/r1" }],
  ["a number for an id", { id: 1, join_url: "https://meet.example.com/r1" }],
  ["an id longer than Calendar takes", { id: "r".repeat(513), join_url: "https://meet.example.com/r1" }],
  ["no link", { id: "r1" }],
  ["a link that is no web address", { id: "r1", join_url: "tel:+1" }],
  ["a link longer than Calendar takes", { id: "r1", join_url: `https://meet.example.com/${"r".repeat(1300)}` }],
  ["a passcode longer than Calendar takes", { id: "r1", join_url: "https://meet.example.com/r1", passcode: "1".repeat(129) }],
]) {
  test(`success with ${what} is PERMANENT: another try would only make another room`, () => {
    assert.equal(means(200, body).error.type, "PERMANENT");
  });
}
