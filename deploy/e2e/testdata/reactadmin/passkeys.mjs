// call(path, body) posts JSON with the caller's tokens, and throws unless the answer is 2xx.

export async function addPasskey(call, name) {
  const { id, publicKey } = await call("/api/auth/mfa/passkeys", { name });
  const credential = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) });
  const { recoveryCodes } = await call(`/api/auth/mfa/passkeys/${id}/confirm`, { credential });
  return { id, recoveryCodes };
}

export async function signInWithPasskey(call) {
  const { publicKey } = await call("/api/auth/passkeys/options", {});
  return call("/api/auth/passkeys/login", { credential: await use(publicKey) });
}

// verifyWithPasskey completes a sign-in that was answered with mfaRequired.
export async function verifyWithPasskey(call, mfaToken) {
  const { publicKey } = await call("/api/auth/mfa/passkey-options", { mfaToken });
  return call("/api/auth/mfa/verify", { mfaToken, method: "passkey", credential: await use(publicKey) });
}

const use = (publicKey) => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
