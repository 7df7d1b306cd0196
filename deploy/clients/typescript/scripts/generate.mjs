// Generates the types of the client: node scripts/generate.mjs DOCUMENT OUTPUT
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const [input, output] = process.argv.slice(2);
const document = JSON.parse(await readFile(input, "utf8"));

// What the types leave out: the client does not send Prefer, so a list is always a page, and a DELETE has no body. An answer
// that can be JSON is JSON; for a file, pass parseAs. A parameter that is JSON is the value, which the client encodes.
for (const item of Object.values(document.paths)) {
  for (const operation of Object.values(item)) {
    for (const parameter of operation.parameters ?? []) {
      if (parameter.content) parameter.schema = parameter.content["application/json"].schema;
      delete parameter.content;
    }
    for (const response of Object.values(operation.responses)) {
      if (response.content?.["application/json"]) response.content = { "application/json": response.content["application/json"] };
    }
    const before = operation.parameters?.length ?? 0;
    operation.parameters = (operation.parameters ?? []).filter((p) => p.name !== "Prefer");
    if (operation.parameters.length === before) continue;
    const media = operation.responses["200"]?.content?.["application/json"];
    if (operation.responses["204"]) delete operation.responses["200"];
    else if (media.schema.anyOf) media.schema = media.schema.anyOf.find((s) => s.type !== "array");
  }
}

const head = "// Made by `npm run generate` from the gateway's OpenAPI document. Do not edit.\n\n";
await writeFile(output, head + astToString(await openapiTS(document, { alphabetize: true, defaultNonNullable: false })));
