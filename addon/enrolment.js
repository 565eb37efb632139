// The calendar's enrolment with the sync: what `initialize_syncing` is asked, and what its answer means.
// Calls nothing of Google's.

const ENROLLED = 200;

/** The token twice: Cloud Run removes the signature of the one that it verifies, and the function verifies it too. */
function enrolmentRequest(settings, wish, identityToken) {
  return {
    url: settings.initializeUrl,
    bearer: identityToken,
    serverlessBearer: identityToken,
    body: { calendar_id: wish.calendarId, user: wish.user, ...claim(settings, wish) },
  };
}

/** Whose the conference is: without it, an event of anybody could speak for a conference whose id they know. */
function claim(settings, wish) {
  return settings.solution ? { conference_id: wish.conferenceId, solution: settings.solution } : {};
}

function isEnrolled(status) {
  return status === ENROLLED;
}

/** The claim `aud` of an identity token; `decode` turns base64url into text. */
function audience(identityToken, decode) {
  return JSON.parse(decode(identityToken.split(".")[1])).aud;
}
