// Loaded before an MCP server: Google's client for Node comes to STANDIN, whoever makes it.
import { createRequire } from "node:module";

const { google } = createRequire(`${process.env.MODULES}/`)("googleapis");
const calendar = google.calendar.bind(google);
google.calendar = (options) => calendar({ ...options, rootUrl: process.env.STANDIN });
