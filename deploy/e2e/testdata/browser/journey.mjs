// Clicks through the whole customer journey in Chromium. Arguments: the shop's address, a directory for screenshots, and as
// JSON what the journey needs: chromium, email, password, admin, adminPassword, code, and the plans' names.
import puppeteer from 'puppeteer-core'

const [shop, shots, text] = process.argv.slice(2)
const { chromium, email, password, admin, adminPassword, code, cheap, dear } = JSON.parse(text)
const browser = await puppeteer.launch({
  executablePath: chromium, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--no-proxy-server'], timeout: 120_000, // a busy machine
})
let shot = 0

async function open(page, address) {
  await page.goto(address)
  await sees(page, /./)
}

// sees waits until the page shows a text.
async function sees(page, pattern) {
  try {
    await page.waitForFunction((source, flags) => document.body && new RegExp(source, flags).test(document.body.innerText), { timeout: 30_000 }, pattern.source, pattern.flags)
  } catch {
    await picture(page, 'failed')
    throw new Error(`${page.url()} does not show ${pattern}, but:\n${await page.evaluate(() => document.body.innerText)}`)
  }
}

// click presses the button or link with a label.
async function click(page, label) {
  const found = await page.waitForSelector(`xpath///*[self::button or self::a][normalize-space()="${label}"]`, { visible: true, timeout: 30_000 })
  await found.click()
}

// picture keeps what the page looks like, which must fit into the window.
async function picture(page, name) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)
  if (wide && name !== 'failed') throw new Error(`${page.url()} is wider than the window`)
  await page.screenshot({ path: `${shots}/${String(++shot).padStart(2, '0')}-${name}.png`, fullPage: true })
}

async function signedIn(who, secret) {
  const context = await browser.createBrowserContext()
  const page = await context.newPage()
  await page.setViewport({ width: 900, height: 800 })
  page.on('pageerror', error => console.error('error on the page:', error.message))
  await open(page, shop)
  await page.locator('input[name=email]').fill(who)
  await page.locator('input[name=password]').fill(secret)
  await click(page, 'Sign in')
  return page
}

const page = await signedIn(email, password)
await sees(page, /You have nothing[^]*Ready/)

// Plans, and checkout with a code. The first card is declined; another page is opened after going back.
await page.locator('input[name=code]').fill(code)
await click(page, `Buy ${cheap}`)
await sees(page, /Subscribe[^]*20 ?% off[^]*Due today\s+12\.00/)
await picture(page, 'checkout')
await click(page, 'Back')
await sees(page, /You have nothing[^]*Ready/)
await page.locator('input[name=code]').fill(code)
await click(page, `Buy ${cheap}`)
await sees(page, /Due today\s+12\.00/)
await click(page, 'Card is declined')
await sees(page, /declined/)
await picture(page, 'declined')
await click(page, 'Pay')
await sees(page, new RegExp(`You have ${cheap} \\(active\\) for 12\\.00\\.[^]*Ready`))
await picture(page, 'bought')

// Portal: cancel and resume, and look at the invoice.
await click(page, 'Manage')
await sees(page, /Your subscriptions[^]*active, renews on/)
await picture(page, 'portal')
await click(page, 'Cancel')
await sees(page, /ends on/)
await picture(page, 'portal-cancelled')
await click(page, 'Back')
await sees(page, /which ends\.[^]*Ready/)
await click(page, 'Manage')
await sees(page, /Your subscriptions[^]*ends on/)
await click(page, 'Resume')
await sees(page, /renews on/)
const invoice = await page.$eval('a[href^="/i/"]', a => a.textContent)
await click(page, invoice)
await sees(page, /Invoice [^]*paid[^]*Discount\s+-3\.00[^]*Total\s+12\.00/)
await picture(page, 'invoice')
await page.goBack()
await sees(page, /Your subscriptions/)
await click(page, 'Back')
await sees(page, new RegExp(`You have ${cheap} \\(active\\) for 12\\.00\\.[^]*Ready`))

// Change the plan after a preview.
await click(page, `Change to ${dear}`)
await sees(page, /(11\.99|12\.00) now, then 24\.00/)
await click(page, 'Confirm')
await sees(page, new RegExp(`You have ${dear} \\(active\\) for 24\\.00\\.[^]*Invoice[^]*Invoice[^]*Ready`))

// Cancel and resume in the shop.
await click(page, 'Cancel at the end')
await sees(page, /which ends\.[^]*Ready/)
await click(page, 'Resume')
await sees(page, /for 24\.00\.[^]*Ready/)

// An administrator refunds a part of the first invoice.
const number = (await page.evaluate(() => document.body.innerText)).match(/Invoice (\d+): paid, 12\.00/)?.[1]
const boss = await signedIn(admin, adminPassword)
await boss.locator('input[name=invoice]').fill(number)
await boss.locator('input[name=amount]').fill('500')
await click(boss, 'Refund')
await sees(boss, /Refunded 5\.00/)

// A narrow window shows the portal whole.
await page.setViewport({ width: 360, height: 700 })
await click(page, 'Manage')
await sees(page, /renews on/)
await picture(page, 'portal-narrow')
await click(page, 'Back')
await sees(page, /Ready/)

// The end.
await click(page, 'Cancel now')
await sees(page, /You have nothing[^]*Ready/)
await click(page, 'Manage')
await sees(page, /There is no subscription/)
await picture(page, 'portal-ended')
await browser.close()
console.log('done')
