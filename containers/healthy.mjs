// Whether this container's service says that all is well: it has its database and its link to Prosody.
const answer = await fetch(`http://127.0.0.1:${process.env.METRICS_PORT}/health`, {
  signal: AbortSignal.timeout(4_000),
}).catch((error) => ({ ok: false, text: () => String(error) }));
// What is seen by "docker inspect".
console.log(await answer.text());
process.exitCode = answer.ok ? 0 : 1;
