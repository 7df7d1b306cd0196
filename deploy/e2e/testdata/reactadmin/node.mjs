// Each line of standard input is the input of callAll as JSON, and each line of standard output its outcomes.
import { createInterface } from "node:readline";
import { callAll } from "./calls.mjs";

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await callAll(JSON.parse(line))));
}
process.exit(0); // connections that are kept open would hold the process
