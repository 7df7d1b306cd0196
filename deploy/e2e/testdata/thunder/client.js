// Runs every method of Thunder's own client against a gateway: node client.js URL APPLICATION SECRET PREFIX. PREFIX makes
// the addresses of this run unique. It exits with an error at the first answer that is not Thunder's.
const assert = require('node:assert/strict');
const ThunderClient = require('thunder-client');

const [url, application, secret, prefix] = process.argv.slice(2);

// connect returns the client's methods as functions that resolve to [status, body], for an error status too.
function connect(name, key) {
  const client = new ThunderClient(url, name, key);
  const methods = {};
  for (const method of ['createUser', 'getUser', 'updateUser', 'deleteUser', 'sendEmail', 'verifyUser', 'resetVerificationStatus']) {
    methods[method] = (...args) => new Promise((resolve, reject) => {
      const done = (err, status, body) => (err && status === undefined ? reject(err) : resolve([status, body, err]));
      args.splice(method === 'verifyUser' ? 2 : args.length, 0, done);
      client[method](...args);
    });
  }
  return methods;
}

// accepted requires a user, and refused a text, in an answer.
function accepted([status, body, err], want) {
  assert.equal(err, null, JSON.stringify([status, body]));
  assert.equal(status, want);
  return body;
}
function refused([status, body], want, text) {
  assert.deepEqual([status, body], [want, text]);
}

async function main() {
  const thunder = connect(application, secret);
  const email = `${prefix}-first@example.com`;
  const other = `${prefix}-other@example.com`;
  const moved = `${prefix}-moved@example.com`;
  const properties = { plan: 'gold', seats: 3, ratio: 1.5, admin: false, tags: ['a', { b: null }], nothing: null };
  const user = { email: { address: email, verified: true, verificationToken: 'mine' }, password: '12345', ...properties };

  const created = accepted(await thunder.createUser(user), 201);
  assert.deepEqual(Object.keys(created).sort(), ['creationTime', 'email', 'lastUpdateTime', 'password', ...Object.keys(properties)].sort());
  assert.deepEqual(created.email, { address: email, verified: false, verificationToken: null });
  assert.match(created.password, /^\$argon2id\$/);
  assert.ok(Math.abs(created.creationTime - Date.now()) < 600000 && Number.isInteger(created.creationTime));
  for (const [name, value] of Object.entries(properties)) {
    assert.deepEqual(created[name], value);
  }
  refused(await thunder.createUser(user), 409, `A user with the same email address already exists. (User: ${email})`);
  refused(await thunder.createUser({ password: 'x' }), 400, 'Cannot post a user without an email address. (User: null)');
  refused(await thunder.createUser({ email: { address: 'invalid' } }), 400, 'Invalid email address format. Please try again. (User: invalid)');

  assert.deepEqual(accepted(await thunder.getUser(email, '12345'), 200), created);
  refused(await thunder.getUser(email, 'wrong'), 401, `Unable to validate user with provided credentials. (User: ${email})`);
  refused(await thunder.getUser(email, ''), 400, `Credentials are required to access this resource. (User: ${email})`);
  refused(await thunder.getUser('', '12345'), 400, 'Incorrect or missing email query parameter. (User: )');
  refused(await thunder.getUser(other, '12345'), 404, `User not found in the database. (User: ${other})`);
  refused(await connect(application, 'guess').getUser(email, '12345'), 401, 'Credentials are required to access this resource.');

  // The client sends back what it has read, with a change.
  const { seats, ...fewer } = created;
  const updated = accepted(await thunder.updateUser(null, '12345', { ...fewer, plan: 'silver' }), 200);
  assert.equal(updated.plan, 'silver');
  assert.ok(!('seats' in updated) && seats === 3);
  assert.equal(updated.password, created.password);
  assert.equal(updated.creationTime, created.creationTime);
  assert.ok(updated.lastUpdateTime > created.lastUpdateTime);

  const mailed = accepted(await thunder.sendEmail(email, '12345'), 200);
  assert.match(mailed.email.verificationToken, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  refused(await thunder.verifyUser(email, 'wrong'), 400, `Incorrect verification token. (User: ${email})`);
  for (const times of [1, 2]) { // the token can be used again
    const verified = accepted(await thunder.verifyUser(email, mailed.email.verificationToken), 200);
    assert.deepEqual(verified.email, { address: email, verified: true, verificationToken: mailed.email.verificationToken }, `${times}`);
  }
  const page = accepted(await thunder.verifyUser(email, mailed.email.verificationToken, 'html'), 200);
  assert.match(page, /<strong>Success!<\/strong> Your account has been verified\./);

  accepted(await thunder.createUser({ email: { address: other }, password: 'x' }), 201);
  refused(await thunder.updateUser(email, '12345', { email: { address: other } }), 409, `A user with the new email address already exists. (User: ${email})`);
  const away = accepted(await thunder.updateUser(email, '12345', { email: { address: moved }, password: 'another' }), 200);
  assert.deepEqual(away.email, { address: moved, verified: false, verificationToken: null });
  assert.notEqual(away.password, created.password);
  assert.equal(away.creationTime, away.lastUpdateTime);
  refused(await thunder.getUser(email, '12345'), 404, `User not found in the database. (User: ${email})`);
  refused(await thunder.verifyUser(moved, mailed.email.verificationToken), 500, `Bad value found for user verification token. (User: ${moved})`);

  accepted(await thunder.sendEmail(moved, 'another'), 200);
  const reset = accepted(await thunder.resetVerificationStatus(moved, 'another'), 200);
  assert.deepEqual(reset.email, { address: moved, verified: false, verificationToken: null });

  assert.deepEqual(accepted(await thunder.deleteUser(moved, 'another'), 200), reset);
  refused(await thunder.deleteUser(moved, 'another'), 404, `User not found in the database. (User: ${moved})`);
  accepted(await thunder.deleteUser(other, 'x'), 200);
}

main().catch((err) => {
  console.error(err);
  process.exit(1);
});
