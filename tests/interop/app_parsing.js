// A client of APP in Node: as app_parsing.pl, with values unquoted where they have no white space, and lines of its own for each attribute.
'use strict';
const fs = require('fs');
const readline = require('readline');
const tls = require('tls');

const [port, ca, version] = process.argv.slice(2);
const socket = tls.connect({ host: 'localhost', port: Number(port), ca: fs.readFileSync(ca), servername: 'localhost' });
socket.setEncoding('utf8');
let bytes = '';
const waiting = [];
socket.on('data', (text) => {
  bytes += text;
  for (let end; (end = bytes.startsWith('.\r\n') ? 0 : bytes.indexOf('\r\n.\r\n')) >= 0 && waiting.length; ) {
    const lines = bytes.slice(0, end).split('\r\n').map((line) => (line.startsWith('..') ? line.slice(1) : line));
    bytes = bytes.slice(end + 5);
    waiting.shift()(lines);
  }
});
socket.on('error', (error) => { console.error(String(error)); process.exit(1); });
socket.on('end', () => { if (waiting.length) { console.error('the server closed the connection'); process.exit(1); } });
const message = () => new Promise((resolve) => { waiting.push(resolve); socket.emit('data', ''); });

const unquoted = (text) => text.replaceAll('""', '"');
function parsed(lines) {
  const [, status, number] = lines[0].match(/^(OK|ER) (\d+)/);
  const reply = { status, number: Number(number) };
  const rest = lines.slice(1);
  if (status === 'ER' || rest.length === 0) return reply;
  if (/^[A-Z_]+="/.test(rest[0])) {
    reply.record = {};
    for (const [, key, value] of rest[0].matchAll(/([A-Z_]+)="((?:[^"]|"")*)"/g)) reply.record[key] = unquoted(value);
    return reply;
  }
  reply.columns = rest[0].split(version === '3.5' ? ',' : ' ');
  reply.rows = rest.slice(1).filter((line) => version === '3.5' || line !== ',')
    .map((line) => [...line.matchAll(/"((?:[^"]|"")*)"/g)].map(([, value]) => unquoted(value)));
  return reply;
}

const bare = (request) => request.replace(/ ([a-z_]+)="([^"\s]+)"(?!")/g, '\r\n  $1=$2');
(async () => {
  await message();
  socket.write(`VER ver=${version}\r\n.\r\n`);
  await message();
  let change = '';
  for await (const request of readline.createInterface({ input: process.stdin })) {
    socket.write(`${bare(request).replace('$CHANGE', change)}\r\n.\r\n`);
    const reply = parsed(await message());
    if (reply.record && reply.record.CHANGE) change = reply.record.CHANGE;
    console.log(JSON.stringify(reply));
  }
  socket.end();
})();
