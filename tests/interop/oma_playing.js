// A client of OMA in Node, as oma_playing.pl, over one connection that is kept.
"use strict";
const fs = require("node:fs");
const https = require("node:https");
const readline = require("node:readline");

const [url, ca, user, password] = process.argv.slice(2);
const agent = new https.Agent({ ca: fs.readFileSync(ca), keepAlive: true, maxSockets: 1 });

function call(method, members) {
  const body = JSON.stringify({ credentials: { user, password, client: "billing 1.0" }, ...members });
  return new Promise((resolve, reject) => {
    const request = https.request(`${url}/api/${method}`, { agent, method: "POST", headers: { "Content-Type": "application/json" } }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (piece) => (text += piece));
      response.on("end", () => (response.statusCode === 200 ? resolve(text) : reject(new Error(`${method}: ${response.statusCode} ${text}`))));
    });
    request.on("error", reject);
    request.end(body);
  });
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const at = line.indexOf(" ");
    console.log(await call(line.slice(0, at), JSON.parse(line.slice(at + 1))));
  }
  agent.destroy();
})().catch((error) => {
  console.error(String(error));
  process.exitCode = 1;
});
