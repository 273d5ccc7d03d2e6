// What scripts in Node do with OMA: `oma_client.js URL CA USER PASSWORD DOMAIN`. Says what came of each step.
const https = require("node:https");
const fs = require("node:fs");

let [url, ca, user, password, domain] = process.argv.slice(2);
let token; // in the password's place
const agent = new https.Agent({ ca: fs.readFileSync(ca), keepAlive: true, maxSockets: 1 });

function call(method, members = {}) {
  const body = JSON.stringify({ credentials: { user, ...(token ? { token } : { password }), client: "billing 1.0" }, ...members });
  return new Promise((resolve, reject) => {
    const request = https.request(`${url}/api/${method}`, { agent, method: "POST", headers: { "Content-Type": "application/json" } }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (piece) => (text += piece));
      response.on("end", () => {
        if (response.statusCode !== 200) return reject(new Error(`${method}: ${response.statusCode} ${text}`));
        const reply = JSON.parse(text);
        if (Object.keys(reply)[0] !== "success" || Object.keys(reply).at(-1) !== "audit") return reject(new Error(`${method}: the order is wrong: ${text}`));
        resolve(reply);
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}

function said(step, reply) {
  console.log(`${step} ${reply.success ? "ok" : `error ${reply.error_number}`}`);
  return reply;
}

async function main() {
  said("authenticate", await call("authenticate"));
  said("make the domain", await call("change_domain", { domain, attributes: {} }));
  said("ask for nobody", await call("get_user", { user: `joe@${domain}` }));
  said("make a user", await call("change_user", { user: `joe@${domain}`, create_only: true, attributes: { password: "correct horse", name: "Joe Doe" } }));
  said("make it again", await call("change_user", { user: `joe@${domain}`, create_only: true, attributes: { password: "correct horse" } }));
  let joe = said("ask for the user", await call("get_user", { user: `joe@${domain}` }));
  console.log(`account ${joe.attributes.account}, name ${joe.attributes.name}, type ${joe.type}`);
  said("change much", await call("change_user", { user: `joe@${domain}`, attributes: {
    quota: 1000000, aliases: ["joseph", "joey"], forward_recipients: ["joe@far.example"], delivery_forward: true, delivery_local: true,
    autoresponder: "I'm away.\nReally.", delivery_autoresponder: true, service_pop3: "disabled", spamlevel: "High", timezone: "Europe/Berlin" } }));
  joe = said("ask again", await call("get_user", { user: `joe@${domain}` })).attributes;
  console.log(`quota ${joe.quota}, aliases ${joe.aliases.sort().join(" ")}, forward ${joe.forward_recipients.join(" ")}, POP ${joe.service_pop3}, zone ${joe.timezone}`);
  said("an unknown attribute", await call("change_user", { user: `joe@${domain}`, attributes: { quato: 1 } }));
  said("a wrong value", await call("change_user", { user: `joe@${domain}`, attributes: { quota: "much" } }));
  said("rename", await call("rename_user", { user: `joe@${domain}`, new_name: `jim@${domain}` }));
  const found = said("search", await call("search_users", { criteria: { domain, match: "j*" } }));
  console.log(`found ${found.users.map((one) => `${one.user}/${one.type}`).sort().join(" ")}`);
  said("delete", await call("delete_user", { user: `jim@${domain}` }));
  said("it is gone", await call("get_user", { user: `jim@${domain}` }));
  said("restore", await call("restore_user", { user: `jim@${domain}`, new_name: `jack@${domain}` }));
  said("it is back", await call("get_user", { user: `jack@${domain}` }));
  const done = said("what was done", await call("get_user_changes", { user: `jack@${domain}` })).changes;
  console.log(`by ${done[0].user} with ${done[0].application}`);
  const quotas = said("what the quota was", await call("get_user_attribute_history", { user: `jack@${domain}`, attribute: "quota" })).history;
  console.log(`set to ${quotas.some((one) => one.to === "1000000") ? "1000000" : "nothing"}`);
  token = said("a session", await call("authenticate", { generate_session_token: true, session_token_duration: 60 })).session_token;
  said("by its token", await call("get_domain", { domain }));
  token = said("a token of one's own", await call("generate_token", { user, reason: "billing", type: "oma", duration: 1 })).token;
  said("by that token", await call("get_domain", { domain }));
  token = said("a token for once", await call("generate_token", { user, reason: "portal", type: "sso", duration: 1 })).token;
  said("by that one", await call("authenticate"));
  said("and again", await call("authenticate"));
  token = undefined;
  const admin = said("administrators", await call("search_admins")).admins.find((one) => one.user === user && one.type === "company");
  console.log(`found ${admin.user} ${admin.type}`);
  said("delete again", await call("delete_user", { user: `jack@${domain}` }));
  said("delete the domain", await call("delete_domain", { domain }));
  said("another's domain", await call("get_domain", { domain: `elsewhere-${domain}` }));
  password = "wrong";
  said("a wrong password", await call("authenticate"));
  agent.destroy();
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
