/**
 * `node electron-start.ts APP-FOLDER DATA-FOLDER`: runs a packaged app's main bundle in Node with the double of Electron, and
 * prints what came of it as one line of JSON. As in Electron, the app is ready only when its entry module was evaluated.
 */
import { registerHooks } from 'node:module'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import type { Contract } from '../../../src/shared/contract.ts'
import { FakeWindow, fakeElectron } from '../../support/electron.ts'
import { fakeUtilityProcess } from '../../support/utility-process.ts'

const [app = '', data = ''] = process.argv.slice(2)
const electron = fakeElectron()
const utilityProcess = fakeUtilityProcess()
Object.assign(electron.parts, { utilityProcess })
const evaluated = Promise.withResolvers<void>()
Object.assign(electron.app, { whenReady: () => evaluated.promise, exit: (code: number) => process.exit(code) })
Object.assign(globalThis, { fakeElectron: electron.parts })

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: 'double:electron', shortCircuit: true } : next(specifier, context),
  load: (url, context, next) => {
    if (url !== 'double:electron') return next(url, context)
    const names = Object.keys(electron.parts).join(', ')
    return { format: 'module', source: `export const { ${names} } = globalThis.fakeElectron`, shortCircuit: true }
  },
})

let threads = 0
process.on('worker', () => (threads += 1))
process.argv = [process.argv0, app, '--data', data]
await import(pathToFileURL(join(app, 'out', 'main', 'index.js')).href)
evaluated.resolve()
// The double's ports do not keep the process alive, as Electron's window does.
const alive = setInterval(() => undefined, 1000)
const window = await firstWindow()

const page = await electron.request('app://peerscope/index.html')
electron.askForPort(window.webContents)
const port = window.webContents.posted[0]?.ports[0]
if (port === undefined) throw new Error('the page got no port')
const client: ContractRouterClient<Contract> = createORPCClient(new RPCLink({ port }))
port.start()
const info = await client.app.info()
const settings = await client.settings.get()
const demo = await client.network.demo({ nodes: 3 })
const seen = await peersOf(client)
let copied = ''
for await (const { base64 = '' } of await client.exports.database())
  copied ||= Buffer.from(base64, 'base64').toString('latin1', 0, 15)
port.close()

const quit = new Promise<void>((resolve) => {
  Object.assign(electron.app, { quit: () => resolve() })
})
electron.app.emit('before-quit', { preventDefault: () => undefined })
await quit
clearInterval(alive)
const { loaded, options } = window
const result = {
  loaded,
  preload: options.webPreferences?.preload,
  page: await page.text(),
  info,
  updates: settings.updates,
  demo: {
    state: demo.state,
    demo: 'demo' in demo && demo.demo,
    swarm: relative(app, utilityProcess.last?.modulePath ?? '').replaceAll('\\', '/'),
  },
  seen,
  copied,
  threads,
}
process.stdout.write(`${JSON.stringify(result)}\n`)

/** How many peers the window is shown at last: as soon as it is one, the demo's swarm is there. */
async function peersOf(page: ContractRouterClient<Contract>): Promise<number> {
  for await (const message of await page.view.subscribe()) {
    const peers =
      'status' in message && message.status !== undefined && 'peers' in message.status ? message.status.peers : 0
    if (peers > 0) return peers
  }
  return 0
}

async function firstWindow(): Promise<FakeWindow> {
  for (;;) {
    const [first] = FakeWindow.all
    if (typeof first?.loaded === 'string') return first
    await new Promise((resolve) => setImmediate(resolve))
  }
}
