// Runs functions of page.mjs in a page of another origin than the API, in Chromium with a virtual authenticator. The arguments are the browser's program
// and the name under which the page is served. Each line of standard input is {run, input} as JSON: the function and its
// argument. Each line of standard output is what the function returns.
import { build } from "esbuild";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import puppeteer from "puppeteer-core";

const [chromium, host] = process.argv.slice(2);
const bundle = await build({ entryPoints: ["page.mjs"], bundle: true, write: false, format: "esm", define: { "process.env.NODE_ENV": '"production"' } });
const server = createServer((request, response) => {
  const script = request.url === "/page.js";
  response.setHeader("Content-Type", script ? "text/javascript" : "text/html");
  response.end(script ? bundle.outputFiles[0].text : '<!doctype html><script type="module" src="/page.js"></script>');
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const browser = await puppeteer.launch({
  executablePath: chromium,
  args: ["--no-sandbox", "--disable-dev-shm-usage", `--host-resolver-rules=MAP ${host} 127.0.0.1`],
  timeout: 120_000, // a busy machine
});
try {
  const page = await browser.newPage();
  page.on("console", (message) => console.error(message.text()));
  page.on("pageerror", (error) => console.error(error));
  const devtools = await page.createCDPSession();
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
  });
  await page.goto(`http://${host}:${server.address().port}/`);
  await page.waitForFunction("window.callAll");
  for await (const line of createInterface({ input: process.stdin })) {
    const { run, input } = JSON.parse(line);
    console.log(JSON.stringify(await page.evaluate((name, argument) => window[name](argument), run, input)));
  }
} finally {
  await browser.close();
  server.close();
}
