// What happens when a user picks the conference solution. It calls Google through `outside`, which is in google.js.

const NO_IDENTITY = "no identity token: the manifest lacks the scope openid";

/**
 * A conference, as `conferenceMade` has it; it is claimed for the user, and with the first one of a calendar that is
 * enrolled. None is made before the user has connected their calendar, where that is asked for.
 *
 * `outside` has `settings()`, `user()`, `identityToken()`, `send(request)` with an answer `{status, text}`,
 * status 0 when none came, `enrolledAt(calendarId)`, `rememberEnrolled(calendarId, url)`, `log(message, fields)`.
 */
function makeConference(outside, event) {
  const settings = outside.settings();
  const wish = { calendarId: event.calendarId, eventId: event.eventId, user: outside.user() };
  const made = notConnected(outside, settings, wish) || conferenceAsked(outside, settings, wish);
  if (made.error) {
    outside.log("conference.not_created", { type: made.error.type, why: made.error.why });
    return made;
  }
  enrol(outside, settings, { ...wish, conferenceId: made.conference.id });
  return made;
}

function conferenceAsked(outside, settings, wish) {
  return settings.conferencesUrl
    ? conferenceMade(outside.send(conferenceRequest(settings, wish)), settings)
    : { error: { type: "PERMANENT", why: "script property CONFERENCES_URL is not set" } };
}

/** The error that leads users to connect, or nothing: where it cannot be told whether they have, they are let on. */
function notConnected(outside, settings, wish) {
  if (!settings.connectUrl) return null;
  const token = outside.identityToken();
  const found = token ? consentOf(outside.send(consentRequest(settings, token))) : { why: NO_IDENTITY };
  if (found.connectAt) {
    return { error: { type: "AUTHENTICATION", why: "the user has to connect", signInUrl: found.connectAt } };
  }
  if (found.why) outside.log("calendar.consent_unknown", { calendar_id: wish.calendarId, why: found.why });
  return null;
}

/** Whatever becomes of it, users have their conference; a calendar not enrolled is tried again with the next. */
function enrol(outside, settings, wish) {
  try {
    const why = notEnrolled(outside, settings, wish);
    if (why) outside.log("calendar.not_enrolled", { calendar_id: wish.calendarId, why });
  } catch (error) {
    outside.log("calendar.not_enrolled", { calendar_id: wish.calendarId, why: String(error) });
  }
}

/** Why the calendar is not enrolled, or nothing. A sync that has moved to another address is asked again. */
function notEnrolled(outside, settings, wish) {
  // Who connects a calendar enrols it.
  if (!settings.initializeUrl && settings.connectUrl) return "";
  if (!settings.initializeUrl) return "script property INITIALIZE_SYNCING_URL is not set";
  if (!settings.solution && outside.enrolledAt(wish.calendarId) === settings.initializeUrl) return "";
  const token = outside.identityToken();
  if (!token) return NO_IDENTITY;
  const answer = outside.send(enrolmentRequest(settings, wish, token));
  if (!isEnrolled(answer.status)) return `answer ${answer.status}: ${answer.text.slice(0, 200)}`;
  outside.rememberEnrolled(wish.calendarId, settings.initializeUrl);
  return "";
}
