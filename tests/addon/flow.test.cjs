// What happens when a user picks the conference solution.
const assert = require("node:assert/strict");
const test = require("node:test");
const { addon, CONFERENCES_URL, EVENT, INITIALIZE_URL, outside, plain } = require("./given.cjs");

const pick = (world) => plain(addon.makeConference(world, EVENT));
const enrolments = (world) => world.sent.filter((request) => request.url === INITIALIZE_URL);

test("the first conference of a calendar enrols it, with the identity token", () => {
  const world = outside({ settings: { conferencesKey: "key" } });
  assert.equal(pick(world).conference.id, "r1");
  assert.deepEqual(world.sent, [
    {
      url: CONFERENCES_URL,
      bearer: "key",
      body: { title: "New conference", calendar_id: "owner@example.com", event_id: "event1", user: "owner@example.com" },
    },
    {
      url: INITIALIZE_URL,
      bearer: "token",
      serverlessBearer: "token",
      body: { calendar_id: "owner@example.com", user: "owner@example.com" },
    },
  ]);
  assert.deepEqual(world.lines, []);
});

test("the next conferences of an enrolled calendar do not enrol it again", () => {
  const world = outside();
  pick(world);
  pick(world);
  assert.equal(enrolments(world).length, 1);
});

test("each conference is claimed for its user, of an enrolled calendar too", () => {
  const world = outside({ settings: { solution: "My Web Conference" } });
  pick(world);
  pick(world);
  const claimed = enrolments(world).map(({ body }) => [body.user, body.conference_id, body.solution]);
  assert.deepEqual(claimed, Array(2).fill(["owner@example.com", "r1", "My Web Conference"]));
});

test("another calendar of the same user is enrolled too", () => {
  const world = outside();
  pick(world);
  addon.makeConference(world, { calendarId: "team@group.calendar.google.com", eventId: "event2" });
  assert.equal(enrolments(world).length, 2);
});

test("a calendar that another user enrolled is asked for again", () => {
  const world = outside({ sync: { status: 409, text: "" } });
  pick(world);
  pick(world);
  assert.equal(enrolments(world).length, 2);
  assert.deepEqual(world.enrolled, {});
});

test("a sync that has moved to another address is asked anew", () => {
  const world = outside({ enrolled: { "owner@example.com": "https://old.example.com/" } });
  pick(world);
  assert.equal(enrolments(world).length, 1);
  assert.equal(world.enrolled["owner@example.com"], INITIALIZE_URL);
});

for (const status of [0, 400, 401, 403, 404, 500, 502, 503]) {
  test(`a calendar that is not enrolled for ${status} costs nobody his conference and is tried again`, () => {
    const world = outside({ sync: { status, text: "why" } });
    assert.equal(pick(world).conference.id, "r1");
    assert.equal(pick(world).conference.id, "r1");
    assert.equal(enrolments(world).length, 2);
    assert.deepEqual(world.lines[0], {
      message: "calendar.not_enrolled",
      calendar_id: "owner@example.com",
      why: `answer ${status}: why`,
    });
  });
}

test("a service of Google's that throws while the calendar is enrolled costs nobody his conference", () => {
  const world = outside();
  world.rememberEnrolled = () => {
    throw new Error("storage is full");
  };
  assert.equal(pick(world).conference.id, "r1");
  assert.match(world.lines[0].why, /storage is full/);
});

test("without an identity token the sync is not called", () => {
  const world = outside({ token: null });
  assert.equal(pick(world).conference.id, "r1");
  assert.equal(enrolments(world).length, 0);
  assert.match(world.lines[0].why, /scope openid/);
});

test("without the sync's address the log says which property is missing", () => {
  const world = outside({ settings: { initializeUrl: null } });
  assert.equal(pick(world).conference.id, "r1");
  assert.match(world.lines[0].why, /INITIALIZE_SYNCING_URL/);
});

test("without the conference system's address nothing is called, and the error is permanent", () => {
  const world = outside({ settings: { conferencesUrl: null } });
  assert.equal(pick(world).error.type, "PERMANENT");
  assert.deepEqual(world.sent, []);
  assert.match(world.lines[0].why, /CONFERENCES_URL/);
});

test("a conference that was not made enrols no calendar", () => {
  const world = outside({ conferences: { status: 503, text: "" } });
  assert.equal(pick(world).error.type, "TEMPORARY");
  assert.equal(enrolments(world).length, 0);
  assert.deepEqual(world.lines, [{ message: "conference.not_created", type: "TEMPORARY", why: "answer 503" }]);
});
