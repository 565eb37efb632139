// Drives a stand-in with Google's Node client and prints, as JSON, what the client made of each answer.
const { createRequire } = require("node:module");
const http = require("node:http");

const [modules, url] = process.argv.slice(2);
const { calendar } = createRequire(`${modules}/`)("@googleapis/calendar");
const api = calendar({ version: "v3", rootUrl: `${url}/` });
const calendarId = "primary";

const day = (number) => ({ dateTime: `2026-01-${String(number).padStart(2, "0")}T10:00:00Z` });
const body = (number) => ({ summary: `Event ${number}`, start: day(number), end: day(number) });
const insert = (number) => api.events.insert({ calendarId, requestBody: body(number) });
const standin = (path, content) =>
  fetch(`${url}/standin/${path}`, { method: "POST", body: JSON.stringify(content ?? {}) });

async function refusal(call) {
  try {
    await call();
  } catch (error) {
    return [error.status, error.response.data.error.errors[0].reason];
  }
  return null;
}

async function listed() {
  const summaries = [];
  let page = {};
  do {
    page = (await api.events.list({ calendarId, maxResults: 2, pageToken: page.nextPageToken })).data;
    summaries.push(...page.items.map((item) => item.summary));
  } while (page.nextPageToken);
  return { summaries, token: page.nextSyncToken };
}

async function synced(syncToken) {
  const { data: made } = await insert(9);
  await api.events.delete({ calendarId, eventId: made.id });
  const { data } = await api.events.list({ calendarId, syncToken });
  return data.items.map((item) => [item.id === made.id, item.status]);
}

async function conditional() {
  const { data: made } = await insert(10);
  const patch = (etag) => () =>
    api.events.patch(
      { calendarId, eventId: made.id, requestBody: { summary: "New" } },
      { headers: { "If-Match": etag } },
    );
  const written = await patch(made.etag)();
  return { status: written.status, summary: written.data.summary, stale: await refusal(patch(made.etag)) };
}

async function watched() {
  const states = [];
  const receiver = http.createServer((request, response) => {
    states.push(request.headers["x-goog-resource-state"]);
    response.writeHead(204).end();
  });
  await new Promise((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${receiver.address().port}/`;
  const requestBody = { id: "node-1", type: "web_hook", address };
  const { data: channel } = await api.events.watch({ calendarId, requestBody });
  await insert(11);
  await standin("notifications/wait");
  const stop = () =>
    api.channels.stop({ requestBody: { id: channel.id, resourceId: channel.resourceId } });
  const stopped = (await stop()).status;
  const again = await refusal(stop);
  await new Promise((resolve) => receiver.close(resolve));
  return { states: states.sort(), stopped, again };
}

async function main() {
  for (const number of [1, 2, 3, 4, 5]) await insert(number);
  const list = await listed();
  const sync = await synced(list.token);
  await standin("expire");
  const expired = await refusal(() => api.events.list({ calendarId, syncToken: list.token }));
  console.log(
    JSON.stringify({ listed: list.summaries, sync, expired, ifMatch: await conditional(), watch: await watched() }),
  );
}

main();
