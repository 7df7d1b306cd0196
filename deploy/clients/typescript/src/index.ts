import createClient, { type Client, type Middleware } from "openapi-fetch";
import type { components, paths } from "./schema.js";

export type { components, operations, paths } from "./schema.js";

/** A schema of the API by its name, such as `Schema<"User">`. */
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

/** An answer that signs a user in. */
export type SignedIn = Schema<"SignedIn">;

/** What a sign-in of an account with a second factor answers instead: `/api/auth/mfa/verify` goes on from there. */
export type SecondFactorRequired = Schema<"SecondFactorRequired">;

/** Tells the two answers to a sign-in apart. */
export function needsSecondFactor(answer: SignedIn | SecondFactorRequired): answer is SecondFactorRequired {
  return "mfaRequired" in answer;
}

export interface Options {
  /** The address of the gateway, without a trailing slash. */
  baseUrl: string;
  /** Replaces the global fetch. */
  fetch?: (request: Request) => Promise<Response>;
}

/** A client of the API. Its methods are those of openapi-fetch: GET, POST, PUT and DELETE with a path of the document. */
export interface Muster extends Client<paths> {
  /** Sends the tokens of a signed-in answer with each request from now on; null sends none. */
  session: SignedIn | null;
}

/** The JSON of a filter, a sort or a range, as the lists take it: `json({ isActive: true })`. */
export function json(value: unknown): string {
  return JSON.stringify(value);
}

/** Thrown by {@link must} for an answer that is not 2xx. */
export class MusterError extends Error {
  constructor(
    readonly status: number,
    /** The error as the API answers it. */
    readonly body: Schema<"Error"> | undefined,
    /** Names the request in the logs of the API. */
    readonly requestId: string | null,
  ) {
    super(body?.message ?? `HTTP ${status}`);
    this.name = "MusterError";
  }

  /** The stable code of the error, if it has one. */
  get code(): string | undefined {
    return this.body?.code;
  }
}

/** The data of an answer. It throws a {@link MusterError} for an answer that is not 2xx. */
export async function must<T>(answer: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await answer;
  if (!response.ok) {
    throw new MusterError(response.status, error as Schema<"Error"> | undefined, response.headers.get("x-request-id"));
  }
  return data as T;
}

const reads = new Set(["GET", "HEAD", "OPTIONS"]);

/** Makes a client. */
export function createMuster(options: Options): Muster {
  const client = createClient<paths>({
    baseUrl: options.baseUrl,
    // A filter, a sort or a range is JSON; openapi-fetch would spread objects over several parameters.
    querySerializer: (query) => {
      const parameters = new URLSearchParams();
      for (const [name, value] of Object.entries(query ?? {})) {
        if (value === undefined || value === null) continue;
        parameters.set(name, typeof value === "object" ? json(value) : String(value));
      }
      return parameters.toString();
    },
    ...(options.fetch ? { fetch: options.fetch } : {}),
  });
  const muster: Muster = Object.assign(client, { session: null });
  const credentials: Middleware = {
    onRequest({ request }) {
      if (!muster.session) return undefined;
      request.headers.set("Authorization", `Bearer ${muster.session.accessToken}`);
      if (!reads.has(request.method)) request.headers.set("x-csrf-token", muster.session.csrfToken);
      return request;
    },
  };
  client.use(credentials);
  return muster;
}
