// The user's consent to the sync: what `connect_calendar` is asked, and what its answer means. Calls nothing of Google's.

/** The token once: the function is public, so Cloud Run verifies nothing and takes no signature away. */
function consentRequest(settings, identityToken) {
  return { url: `${settings.connectUrl.replace(/\/+$/, "")}/status`, bearer: identityToken, body: {} };
}

/** `{connectAt}` if the user has to connect there, `{}` if they have, `{why}` if that cannot be told. */
function consentOf(answer) {
  const said = parsedObject(answer.text);
  if (answer.status !== 200) return { why: `answer ${answer.status}: ${answer.text.slice(0, 200)}` };
  if (typeof said.connected !== "boolean") return { why: "connect_calendar answers something else: see CONNECT_URL" };
  if (said.connected) return {};
  return isAddress(said.url) ? { connectAt: said.url } : { why: "no web address to connect at" };
}
