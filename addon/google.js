// Google's services as the flow needs them, and the functions that the manifest and the editor name.

/** The manifest's onCreateFunction. */
function createConference(argument) {
  return conferenceData(makeConference(google(), argument.eventData));
}

/** For the editor: what the function's service must accept as an audience (docs/addon.md). */
function showAudience() {
  const decode = (text) => Utilities.newBlob(Utilities.base64DecodeWebSafe(text)).getDataAsString();
  console.log(audience(ScriptApp.getIdentityToken(), decode));
}

function google() {
  const script = PropertiesService.getScriptProperties();
  // Those of the script are shared by all users and hold 500 kB: too little for every calendar of a domain.
  const own = PropertiesService.getUserProperties();
  return {
    settings: () => ({
      conferencesUrl: script.getProperty("CONFERENCES_URL"),
      conferencesKey: script.getProperty("CONFERENCES_KEY"),
      signInUrl: script.getProperty("SIGN_IN_URL"),
      connectUrl: script.getProperty("CONNECT_URL"),
      initializeUrl: script.getProperty("INITIALIZE_SYNCING_URL"),
      solution: script.getProperty("CONFERENCE_SOLUTION"),
    }),
    user: () => Session.getEffectiveUser().getEmail(),
    identityToken: () => ScriptApp.getIdentityToken(),
    send: fetched,
    enrolledAt: (calendarId) => own.getProperty(`enrolled ${calendarId}`),
    rememberEnrolled: (calendarId, url) => own.setProperty(`enrolled ${calendarId}`, url),
    log: (message, fields) => console.warn({ message, ...fields }),
  };
}

function fetched(request) {
  try {
    const answer = UrlFetchApp.fetch(request.url, {
      method: "post",
      contentType: "application/json",
      headers: {
        ...(request.bearer && { Authorization: `Bearer ${request.bearer}` }),
        ...(request.serverlessBearer && { "X-Serverless-Authorization": `Bearer ${request.serverlessBearer}` }),
      },
      payload: JSON.stringify(request.body),
      followRedirects: false, // the key and the token are for this address alone
      muteHttpExceptions: true,
    });
    return { status: answer.getResponseCode(), text: answer.getContentText() };
  } catch (error) {
    return { status: NO_ANSWER, text: String(error) };
  }
}

function conferenceData(made) {
  const builder = ConferenceDataService.newConferenceDataBuilder();
  if (made.error) return builder.setError(conferenceError(made.error)).build();
  return builder.setConferenceId(made.conference.id).addEntryPoint(entryPoint(made.conference)).build();
}

function conferenceError(error) {
  const type = ConferenceDataService.ConferenceErrorType[error.type];
  const told = ConferenceDataService.newConferenceError().setConferenceErrorType(type);
  return error.signInUrl ? told.setAuthenticationUrl(error.signInUrl) : told;
}

function entryPoint(conference) {
  const video = ConferenceDataService.newEntryPoint()
    .setEntryPointType(ConferenceDataService.EntryPointType.VIDEO)
    .setUri(conference.joinUrl);
  return conference.passcode ? video.setPasscode(conference.passcode) : video;
}
