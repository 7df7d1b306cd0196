// Reads users by Thunder's own client: node read.js URL APPLICATION SECRET, with [{"email","password"},…] on standard input.
// It writes the answers, [{"status","body"},…], to standard output.
const { readFileSync, writeFileSync } = require('node:fs');
const ThunderClient = require('thunder-client');

const client = new ThunderClient(...process.argv.slice(2));
const read = ({ email, password }) => new Promise((resolve, reject) => {
  client.getUser(email, password, (err, status, body) => (status === undefined ? reject(err) : resolve({ status, body })));
});

async function main() {
  const answers = [];
  for (const user of JSON.parse(readFileSync(0))) {
    answers.push(await read(user));
  }
  writeFileSync(1, JSON.stringify(answers));
}

main().catch((err) => {
  console.error(err);
  process.exit(1);
});
