/** `npm run dev`: a live page, the flags, a new start of the app when its sources change, and nothing left at the end. */
import { once } from 'node:events'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Contract } from '../../src/shared/contract.ts'
import { HOST_ENDED, TOKEN_PROTOCOL, WEB_PROTOCOL, WEB_SOCKET_PATH } from '../../src/shared/web-binding.ts'
import { DevRun, hotSocket } from '../support/dev-run.ts'

/** Nothing of the run talks to others. */
const QUIET = ['--listen', '/ip4/127.0.0.1/tcp/0', '--no-dht', '--no-mdns']
const TURN_MS = 100

/** The page's socket, opened as its page would, or otherwise. */
function socketOf(url: string, { origin, token }: { origin?: string; token?: string } = {}): WebSocket {
  const page = new URL(url)
  const given = token ?? new URLSearchParams(page.hash.slice(1)).get('token') ?? ''
  const socket = new WebSocket(`ws://${page.host}${WEB_SOCKET_PATH}`, [WEB_PROTOCOL, TOKEN_PROTOCOL + given], {
    origin: origin ?? page.origin,
  })
  socket.on('error', () => undefined)
  return socket
}

/** The status with which a socket is refused. */
async function refusal(socket: WebSocket): Promise<unknown> {
  const [, response] = await once(socket, 'unexpected-response')
  socket.terminate()
  return response.statusCode
}

/** Opens the page's socket, again and again while no engine runs. */
async function connect(url: string): Promise<{ socket: WebSocket; client: ContractRouterClient<Contract> }> {
  const until = performance.now() + 60_000
  for (;;) {
    const socket = socketOf(url)
    const opened = await once(socket, 'open').then(
      () => true,
      () => false,
    )
    const websocket = socket as unknown as globalThis.WebSocket
    if (opened) return { socket, client: createORPCClient(new RPCLink({ websocket })) }
    socket.terminate()
    if (performance.now() > until) throw new Error('no engine')
    await new Promise((done) => setTimeout(done, TURN_MS))
  }
}

describe('in the browser', () => {
  it('shows a live page, whose engine starts again when its sources change', async () => {
    await using run = new DevRun(true)
    run.start('--browser', '--data', run.data, '--network', 'dev-net', ...QUIET)
    const url = (await run.line(/Peerscope is at /)).replace('Peerscope is at ', '')
    const { origin } = new URL(url)

    // The page is the sources', and its policy is the built page's but for what a dev server needs.
    const page = await fetch(origin)
    const html = await page.text()
    const [, nonce = 'none'] = /nonce="([^"]+)"/.exec(html) ?? []
    expect(html).toContain('/src/main.tsx')
    expect(page.headers.get('Content-Security-Policy')).toContain(`script-src 'self' 'nonce-${nonce}';`)
    expect(page.headers.get('Content-Security-Policy')).toContain("connect-src 'self';")
    expect(html.match(/<script(?![^>]*nonce=)/g)).toBeNull()

    // Its flags have reached the engine, which only its own page reaches.
    const first = await connect(url)
    expect(await first.client.app.info()).toMatchObject({ host: 'web', dataDir: run.data, initialNetwork: 'dev-net' })
    expect(await refusal(socketOf(url, { origin: 'http://127.0.0.1:1' }))).toBe(403)
    expect(await refusal(socketOf(url, { token: 'f'.repeat(64) }))).toBe(403)

    // A changed page is told of.
    const hot = await hotSocket(origin)
    await fetch(`${origin}/src/page.tsx`)
    run.edit('src/renderer/src/page.tsx', 'the page', 'edited page')
    await hot.next('update')
    expect(await (await fetch(`${origin}/src/page.tsx`)).text()).toContain('edited page')
    hot.close()

    // A changed engine starts again, and the page finds it with the token that it has.
    const lost = once(first.socket, 'close')
    run.edit('src/main/cli/serve.ts', 'version: packageJson.version', "version: 'edited engine'")
    // It is not said to be stopped: it comes back by itself.
    expect((await lost)[0]).toBe(1006)
    const second = await connect(url)
    expect(await second.client.app.info()).toMatchObject({ version: 'edited engine', dataDir: run.data })

    // One Ctrl-C ends all of it, and the page hears that.
    const stopped = once(second.socket, 'close')
    run.signal('SIGINT')
    expect(await run.ended()).toBe(0)
    expect((await stopped)[0]).toBe(HOST_ENDED)
    expect(run.lines.filter((line) => /Error|ended with code/.test(line))).toEqual([])
  })
})

describe('in Electron', () => {
  it('says what it does at each step, how to end it, and that it ends', async () => {
    await using run = new DevRun(false)
    run.start('--no-sandbox')
    await run.said(1)
    expect(run.lines[0]).toBe('Loading the build tools …')
    expect(run.lines).toEqual(
      expect.arrayContaining([
        'Starting the page …',
        'Building main and preload …',
        'Press Ctrl-C to end it.',
        'Opening the window …',
      ]),
    )
    run.signal('SIGINT')
    expect(await run.ended()).toBe(0)
    expect(run.lines.filter((line) => line === 'Ending Peerscope …')).toHaveLength(1)
  })

  it('refuses a flag without its value, and does not take an Electron for closed that never showed', async () => {
    await using wrong = new DevRun(false)
    wrong.start('--network', '--browser')
    expect(await wrong.ended()).toBe(2)
    expect(wrong.lines).toEqual(['npm run dev: --network needs a value.'])

    await using run = new DevRun(false)
    run.start('--no-sandbox', '--never-shows')
    await run.line(
      /^Electron ended with exit code 0 before its window showed\. It starts again when a source changes\.$/,
    )
    run.signal('SIGINT')
    expect(await run.ended()).toBe(0)
  })

  it('loads the live page, passes the flags on, and starts again when main changes', async () => {
    await using run = new DevRun(false)
    run.start('--no-sandbox', '--demo', '--data', run.data)
    const [{ url = '', ...started } = { url: '' }] = await run.said(1)
    expect(started).toMatchObject({
      event: 'started',
      root: run.root,
      flags: ['--no-sandbox', '--demo', '--data', run.data],
      edited: false,
    })
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(await (await fetch(url)).text()).toContain('/src/main.tsx')

    // The next one starts only when the last one has ended: both would want the same data folder.
    const hot = await hotSocket(url)
    run.edit('src/main/index.ts', "'main'", "'edited main'")
    const said = await run.said(4)
    expect(said.map(({ event }) => event)).toEqual(['started', 'asked to end', 'ended', 'started'])
    expect(said.at(-1)).toMatchObject({ url, edited: true, alone: true })

    // A changed preload comes with a reload of the page.
    run.edit('src/preload/index.ts', "'preload'", "'edited preload'")
    await hot.next('full-reload')
    hot.close()

    // A Ctrl-C goes to the whole group; the app is asked once.
    run.signal('SIGINT')
    expect(await run.ended()).toBe(0)
    const last = (await run.said(6)).slice(4)
    expect(last.map(({ event }) => event)).toEqual(['asked to end', 'ended'])
  })

  it('starts the app again where that is wanted, ends when its window is closed, and leaves nothing when it is killed itself', async () => {
    await using closed = new DevRun(false)
    closed.start('--no-sandbox')
    const [app] = await closed.said(1)
    // The app does not start itself: nobody would serve its page.
    process.kill(app?.pid ?? 0, 'SIGUSR2')
    const again = (await closed.said(4)).at(-1)
    expect(again).toMatchObject({ event: 'started', alone: true, url: app?.url })
    process.kill(again?.pid ?? 0, 'SIGTERM')
    expect(await closed.ended()).toBe(0)

    await using killed = new DevRun(false)
    killed.start('--no-sandbox')
    await killed.said(1)
    killed.signal('SIGKILL')
    expect(await killed.ended()).toBeNull()
    await killed.appEnded()
  })
})
