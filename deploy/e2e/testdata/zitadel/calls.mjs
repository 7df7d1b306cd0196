// Calls methods of ZITADEL's AuthService with ZITADEL's own packages.
//
// Standard input is a JSON array of calls {transport, baseUrl, token, method, request}; the transport is "grpc" or
// "grpc-web". Standard output is the array of outcomes: {response} or {code, message, details}.
import { createServerTransport } from "@zitadel/client/node";
import { createAuthServiceClient } from "@zitadel/client/v1";
import { createClientTransport } from "@zitadel/client/web";
import { ErrorDetailSchema } from "@zitadel/proto/zitadel/message_pb.js";
import { text } from "node:stream/consumers";

const transports = { grpc: createServerTransport, "grpc-web": createClientTransport };

async function outcome({ transport, baseUrl, token, method, request }) {
  const client = createAuthServiceClient(transports[transport](token, { baseUrl }));
  try {
    return { response: await client[method](request) };
  } catch (e) {
    const details = e.findDetails(ErrorDetailSchema).map(({ id, message }) => ({ id, message }));
    return { code: e.code, message: e.rawMessage, details };
  }
}

const outcomes = [];
for (const call of JSON.parse(await text(process.stdin))) {
  outcomes.push(await outcome(call));
}
const plain = (_, value) => (typeof value === "bigint" ? value.toString() : value);
process.stdout.write(JSON.stringify(outcomes, plain), () => process.exit(0)); // connections that are kept open would hold the process
