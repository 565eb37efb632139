// The user's own conference system: what it is asked, and what its answer means. Calls nothing of Google's.

// The event may not be saved yet, so nothing is known of it; the first sync brings its title.
const TITLE_UNTIL_SYNCED = "New conference";
// Calendar takes no longer ones; of the two limits documented for a sign-in address this is the lower.
const CHARACTERS_MAX = { id: 512, uri: 1300, passcode: 128 };
const WEB_ADDRESS = /^https?:\/\/[^\s/]/;
const NO_ANSWER = 0;
const ERROR_TYPES = {
  [NO_ANSWER]: "TEMPORARY",
  401: "AUTHENTICATION",
  402: "CONFERENCE_SOLUTION_FORBIDDEN",
  403: "PERMISSION_DENIED",
  408: "TEMPORARY",
  425: "TEMPORARY",
  429: "TEMPORARY",
};

function conferenceRequest(settings, wish) {
  return {
    url: settings.conferencesUrl,
    bearer: settings.conferencesKey,
    body: {
      title: TITLE_UNTIL_SYNCED,
      calendar_id: wish.calendarId,
      event_id: wish.eventId,
      user: wish.user,
    },
  };
}

/** `{conference: {id, joinUrl, passcode}}`, or `{error: {type, why, signInUrl}}` with a ConferenceErrorType. */
function conferenceMade(answer, settings) {
  const said = parsedObject(answer.text);
  if (answer.status < 200 || answer.status > 299) return { error: refusal(answer, said, settings) };
  const why = unusable(said);
  if (why) return { error: { type: "PERMANENT", why: `answer ${answer.status}: ${why}` } };
  return { conference: { id: said.id, joinUrl: said.join_url, passcode: said.passcode || null } };
}

function refusal(answer, said, settings) {
  const type = ERROR_TYPES[answer.status] || (answer.status >= 500 ? "TEMPORARY" : "PERMANENT");
  const why = answer.status === NO_ANSWER ? `no answer: ${answer.text}` : `answer ${answer.status}`;
  if (type !== "AUTHENTICATION") return { type, why };
  const signInUrl = [said.sign_in_url, settings.signInUrl].find(isAddress);
  // Without an address to sign in at, Calendar refuses the type AUTHENTICATION.
  return signInUrl ? { type, why, signInUrl } : { type: "PERMISSION_DENIED", why };
}

function unusable(said) {
  if (!isText(said.id, CHARACTERS_MAX.id)) return `id is no text of 1 to ${CHARACTERS_MAX.id} characters`;
  if (!isAddress(said.join_url)) return `join_url is no web address of up to ${CHARACTERS_MAX.uri} characters`;
  const open = said.passcode === undefined || said.passcode === null || said.passcode === "";
  if (!open && !isText(said.passcode, CHARACTERS_MAX.passcode)) {
    return `passcode is no text of up to ${CHARACTERS_MAX.passcode} characters`;
  }
  return "";
}

function parsedObject(text) {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

function isText(value, most) {
  return typeof value === "string" && value.length > 0 && value.length <= most;
}

function isAddress(value) {
  return isText(value, CHARACTERS_MAX.uri) && WEB_ADDRESS.test(value);
}
