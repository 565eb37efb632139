// The add-on in node: Google's services as far as it uses them, as strict as their reference says.
const { spawnSync } = require("node:child_process");
const { readFileSync, readdirSync } = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const ADDON = path.join(__dirname, "..", "..", "addon");
const SCRIPTS = readdirSync(ADDON).filter((name) => name.endsWith(".js"));
const TYPES = [
  "AUTHENTICATION",
  "CONFERENCE_SOLUTION_FORBIDDEN",
  "PERMANENT",
  "PERMISSION_DENIED",
  "TEMPORARY",
  "UNKNOWN",
];

/** The scripts' functions by name, in one global scope as Apps Script has them. */
function load(services = {}) {
  const scope = vm.createContext({ console, ...services });
  for (const name of SCRIPTS) vm.runInContext(readFileSync(path.join(ADDON, name), "utf8"), scope, { filename: name });
  return scope;
}

/**
 * `script` and `own` are properties, `user` an address; `fetch(url, options)` answers `{status, text}` or throws.
 * `lines` collects what the add-on logs.
 */
function services({ script = {}, own = {}, user = "owner@example.com", token = identityToken(user), fetch = send, lines = [] }) {
  return {
    PropertiesService: {
      getScriptProperties: () => properties(script),
      getUserProperties: () => properties(own),
    },
    Session: { getEffectiveUser: () => ({ getEmail: () => user }) },
    ScriptApp: { getIdentityToken: () => token },
    UrlFetchApp: { fetch: (url, options) => response(fetch(url, options)) },
    Utilities: {
      base64DecodeWebSafe: (text) => Buffer.from(text, "base64url"),
      newBlob: (bytes) => ({ getDataAsString: () => bytes.toString() }),
    },
    ConferenceDataService: conferenceDataService(),
    console: { log: (line) => lines.push(line), warn: (line) => lines.push(line) },
  };
}

function properties(held) {
  return {
    getProperty: (name) => held[name] ?? null,
    setProperty: (name, value) => {
      held[name] = value;
    },
  };
}

/** As Google's, but for the signature. */
function identityToken(email) {
  const part = (content) => Buffer.from(JSON.stringify(content)).toString("base64url");
  return `${part({ alg: "none" })}.${part({ aud: "script.apps.googleusercontent.com", email })}.`;
}

function send(url, { method, contentType, headers, payload }) {
  const request = { url, method, headers: { ...headers, "Content-Type": contentType }, body: payload };
  const done = spawnSync(process.execPath, [path.join(__dirname, "fetch.cjs")], {
    input: JSON.stringify(request),
    encoding: "utf8",
  });
  if (done.status !== 0) throw new Error(done.stderr);
  return JSON.parse(done.stdout);
}

function response({ status, text }) {
  return { getResponseCode: () => status, getContentText: () => text };
}

function conferenceDataService() {
  return {
    ConferenceErrorType: Object.fromEntries(TYPES.map((type) => [type, type])),
    EntryPointType: { VIDEO: "VIDEO" },
    newConferenceError: () => builder({ ConferenceErrorType: known, AuthenticationUrl: address(1800) }),
    newEntryPoint: () => builder({ EntryPointType: known, Uri: address(1300), Passcode: text(128) }),
    newConferenceDataBuilder: () => builder({ ConferenceId: text(512), Error: told, EntryPoint: required }),
  };
}

/** Setters (`add` for entry points) that check and return the builder; `build()` gives what was set. */
function builder(checks) {
  const made = {};
  const built = { build: () => made, made };
  for (const [name, check] of Object.entries(checks)) {
    built[name === "EntryPoint" ? "addEntryPoint" : `set${name}`] = (value) => {
      made[name] = check(value?.made ?? value);
      return built;
    };
  }
  return built;
}

function required(value) {
  if (value === undefined || value === null) throw new Error("a value is missing");
  return value;
}

const known = required;

function text(most) {
  return (value) => {
    if (typeof value !== "string" || !value || value.length > most) throw new Error(`no text of 1 to ${most}: ${value}`);
    return value;
  };
}

function address(most) {
  return (value) => new URL(text(most)(value)) && value;
}

function told(error) {
  if (error.ConferenceErrorType === "AUTHENTICATION") required(error.AuthenticationUrl);
  return error;
}

module.exports = { identityToken, load, services };
