// One HTTP request in a process of its own: Apps Script's calls wait for their answer, node's do not.
// A request as JSON on standard input, `{status, text}` on standard output.
async function main() {
  const { url, ...options } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
  const answer = await fetch(url, { ...options, redirect: "manual" });
  process.stdout.write(JSON.stringify({ status: answer.status, text: await answer.text() }));
}

main().catch((error) => {
  process.stderr.write(`${error.message}: ${error.cause?.message ?? ""}`);
  process.exitCode = 1;
});
