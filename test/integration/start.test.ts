import { once } from 'node:events'
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StartRig } from '../support/start/rig.ts'

let rig: StartRig
beforeEach(() => {
  rig = new StartRig()
})
afterEach(() => rig.close())

const SERVED = 'Peerscope is at http://127.0.0.1:1/#token=t'

describe('npm start', () => {
  it('builds, opens the window, and ends as the app ends', async () => {
    const start = rig.start('ends', ['--demo'])
    expect(await start.ended).toBe(0)
    expect(start.output()).toBe('Building Peerscope …\nOpening the window …\nthe window shows\n')
    // Nobody but the user switches the sandbox off, not even as root.
    expect(rig.log()).toEqual(['built', 'electron --demo'])
  })

  it('builds once for two starts at once, and again when a source is gone', async () => {
    rig.write('src/old.ts', '')
    const both = [rig.start('ends'), rig.start('ends')]
    expect(await Promise.all(both.map(({ ended }) => ended))).toEqual([0, 0])
    expect(rig.log().filter((line) => line === 'built')).toHaveLength(1)
    rmSync(join(rig.root, 'src/old.ts'))
    expect(await rig.start('ends').ended).toBe(0)
    expect(rig.log().filter((line) => line === 'built')).toHaveLength(2)
  })

  describe.runIf(process.platform !== 'win32')('where nothing can be built', () => {
    it.each(['.', 'out', 'out/main'])('says so with the command that mends it (%s)', async (folder) => {
      expect(await rig.start('ends').ended).toBe(0)
      rig.write('src/new.ts', '')
      for (const open of ['.', 'out']) chmodSync(join(rig.root, open), 0o777)
      chmodSync(join(rig.root, folder), 0o555)
      // Root may write anywhere.
      const start = rig.start('ends', [], {}, process.getuid?.() === 0 ? { STAND_IN_UID: '65534' } : {})
      expect(await start.ended).toBe(1)
      chmodSync(join(rig.root, folder), 0o755)
      const why = `Peerscope could not be built: ${join(rig.root, folder)} cannot be written by this user.`
      expect(start.output().split('\n')).toEqual([
        'Building Peerscope …',
        why,
        'The build that is there is older than the sources and is not used.',
        `To fix it: sudo chown -R "$(id -un)" ${folder === '.' ? rig.root : join(rig.root, 'out')}`,
        '',
      ])
      // The earlier build stays whole.
      expect(existsSync(join(rig.root, 'out/built'))).toBe(true)
      expect(rig.log()).toEqual(['built', 'electron'])
    })

    it('says so where another thing is in the way', async () => {
      writeFileSync(join(rig.root, 'out'), '')
      const start = rig.start('ends')
      expect(await start.ended).toBe(1)
      expect(start.output()).toMatch(
        /^Building Peerscope …\nPeerscope could not be built: [^\n]+\/out is not a folder\.\nTo fix it: rm -rf [^\n]+\/out\n$/,
      )
    })

    it.runIf(process.platform === 'linux')('says so where the disk is full', async () => {
      const builder = 'node_modules/electron-vite/bin/electron-vite.js'
      const before = readFileSync(join(rig.root, builder), 'utf8')
      rig.write(builder, `${before}\nrequire('node:fs').symlinkSync('/dev/full', 'out/built')`)
      const start = rig.start('ends')
      expect(await start.ended).toBe(1)
      expect(start.output()).toContain('could not be built: the disk is full.\nTo fix it: free 500 MB')
      expect(start.output()).not.toContain('    at ')
    })
  })

  it('says in one line that the app crashed later, and opens no browser', async () => {
    const start = rig.start('crash')
    expect(await start.ended).toBe(1)
    expect(start.output()).toContain('\nPeerscope was ended by SIGSEGV.\n')
    expect(rig.log()).toEqual(['built', 'electron'])
  })

  it.each([
    ['library', 'missing: libnss3.so, libgbm.so.1.\n', 'sudo apt install libgbm1 libnss3\n'],
    ['root', 'does not start as root', 'run npm start as another user'],
    ['sandbox', "Chromium's sandbox cannot start", 'electron/chrome-sandbox\n'],
    ['early', 'cannot open the window: disk on fire.\n', 'unset ELECTRON_OVERRIDE_DIST_PATH'],
    ['nothing', 'Electron ended with exit code 0 before its window showed', 'unset ELECTRON_OVERRIDE_DIST_PATH'],
    ['quits', 'Electron ended with exit code 0 before its window showed', 'run npm start again'],
  ])('explains an early end (%s) and opens the browser host', async (mode, why, mend) => {
    const start = rig.start(mode, ['--network', 'n', '--disable-gpu'])
    await start.says(SERVED)
    expect(start.output()).toMatch(/^Cannot open the desktop window: .+\nTo fix it: .+\n/m)
    expect(start.output()).toContain(why)
    expect(start.output()).toContain(mend)
    expect(rig.log().at(-1)).toBe('host serve --json --network n')
    start.signal('SIGTERM')
    expect(await start.ended).toBe(0)
    expect(rig.log().at(-1)).toBe('host ended')
  })

  it('leaves out what the browser host does not know', async () => {
    const start = rig.start('early', ['--password-store=basic', '--bogus', '--demo'])
    await start.says(SERVED)
    expect(start.output()).toContain('Only the desktop app takes --password-store=basic --bogus.\n')
    expect(rig.log()).toEqual(['built', 'electron --password-store=basic --bogus --demo', 'host serve --json --demo'])
  })

  it('refuses a mistyped option where no desktop app could take it, before anything starts', async () => {
    const start = rig.start('ends', ['--bogus'], {}, { DISPLAY: '', WAYLAND_DISPLAY: '' })
    expect(await start.ended).toBe(2)
    expect(start.output()).toBe('npm start: there is no option --bogus. --help lists them.\n')
    expect(rig.log()).toEqual([])
  })

  it('ends an app whose window never shows, and opens the browser host', async () => {
    const start = rig.start('hidden', [], { window: 100 })
    await start.says(SERVED)
    expect(start.output()).toContain('its window did not show within 1 s.\nTo fix it: npm start -- --disable-gpu\n')
    expect(rig.log()).toEqual(['built', 'electron', 'quit', 'host serve --json'])
    start.signal('SIGINT')
    expect(await start.ended).toBe(0)
  })

  it('ends an Electron that hangs before the app runs, by force, and opens the browser host', async () => {
    const start = rig.start('hangs', [], { started: 2000 })
    await start.says(SERVED)
    expect(start.output()).toContain('Ending Electron, which shows no window …\n')
    expect(start.output()).toContain(
      'Electron hung: it did not run Peerscope within 2 s.\nTo fix it: correct or unset ELEC',
    )
    start.signal('SIGINT')
    expect(await start.ended).toBe(0)
  })

  it('says that the app is open already, and ends', async () => {
    const start = rig.start('handed over')
    expect(await start.ended).toBe(0)
    expect(start.output()).toContain('Peerscope is already open; its window is in front.\n')
    expect(rig.log()).toEqual(['built', 'electron', 'quit'])
  })

  it.each([[['--browser', '--network']], [['--data', '--demo']]])('refuses %j before anything starts', async (args) => {
    const start = rig.start('ends', args)
    expect(await start.ended).toBe(2)
    expect(start.output()).toMatch(/^npm start: --(network|data) needs a value\.\n$/)
    expect(rig.log()).toEqual([])
  })

  it('does not take a browser host for well that ends before it serves', async () => {
    const start = rig.start('host ends', ['--browser'])
    expect(await start.ended).toBe(1)
    expect(start.output()).toContain('Peerscope ended before it served its window.\n')
  })

  it('does not say that a window is in front where a hidden start leaves it as it is', async () => {
    const start = rig.start('handed over', ['--hidden'])
    expect(await start.ended).toBe(0)
    expect(start.output()).toContain('Peerscope is already open.\n')
  })

  it('prints its help', async () => {
    const start = rig.start('ends', ['--help'])
    expect(await start.ended).toBe(0)
    expect(start.output()).toMatch(/^npm start \[-- OPTIONS\]\n/)
    expect(rig.log()).toEqual([])
  })

  it('says that it was stopped while it builds', async () => {
    rig.write(
      'node_modules/electron-vite/bin/electron-vite.js',
      "console.log('it builds'); setInterval(() => {}, 1000)",
    )
    const start = rig.start('ends')
    await start.says('it builds')
    start.signal('SIGINT')
    expect(await start.ended).toBe(0)
    expect(start.output()).toMatch(/\nStopped\.\n$/)
  })

  it('does not even look for Electron without a display', async () => {
    const start = rig.start('ends', [], {}, { DISPLAY: '', WAYLAND_DISPLAY: '' })
    await start.says(SERVED)
    expect(start.output()).toContain('there is no display')
    expect(rig.log()).toEqual(['built', 'host serve --json'])
  })

  // On other systems root may run Electron.
  it.runIf(process.platform === 'linux')('refuses root before anything is downloaded', async () => {
    const requests: string[] = []
    const mirror = createHttpServer((request, response) => {
      requests.push(request.url ?? '')
      response.writeHead(404).end()
    }).listen(0, '127.0.0.1')
    await once(mirror, 'listening')
    try {
      rig.write('node_modules/electron/package.json', '{"name":"electron","version":"1.2.3"}')
      const start = rig.start(
        'ends',
        [],
        {},
        {
          STAND_IN_ROOT: '1',
          ELECTRON_OVERRIDE_DIST_PATH: '',
          ELECTRON_MIRROR: `http://127.0.0.1:${portOf(mirror)}/`,
          electron_config_cache: join(rig.root, 'cache'),
          NO_PROXY: '127.0.0.1',
        },
      )
      await start.says(SERVED)
      expect(start.output()).toContain('Electron does not start as root')
      expect(requests).toEqual([])
    } finally {
      mirror.close()
    }
  })

  it.skipIf(process.platform === 'win32')('ends what an app that has ended left behind', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const connected = once(server, 'connection') as Promise<[Socket]>
    try {
      const start = rig.start('leaves', [], {}, { STAND_IN_PORT: String(portOf(server)) })
      const [socket] = await connected
      // Where nobody ends it, it ends with the test, by this connection.
      try {
        const closed = new Promise((resolve) => socket.once('close', () => resolve('it has ended')).resume())
        expect(await start.ended).toBe(0)
        expect(await Promise.race([closed, pause(20_000, 'it goes on', { ref: false })])).toBe('it has ended')
      } finally {
        socket.destroy()
      }
    } finally {
      server.close()
    }
  })

  it('starts the app again where the app wants that, less what the first start brought', async () => {
    const start = rig.start('again', ['--data', 'd', '--hidden', 'a.peerscope'])
    expect(await start.ended).toBe(0)
    expect(rig.log()).toEqual(['built', 'electron --data d --hidden a.peerscope', 'quit', 'electron --data d'])
  })

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends the app once, gracefully, at %s, however often',
    async (name) => {
      const start = rig.start('shows')
      await start.says('the window shows')
      // The terminal's, and the one that npm passes on.
      start.signal(name)
      start.signal(name)
      start.signal('SIGINT')
      expect(await start.ended).toBe(0)
      expect(rig.log()).toEqual(['built', 'electron', 'quit'])
    },
  )

  it('leaves no orphan when it is killed', async () => {
    const app = rig.start('shows')
    await app.says('the window shows')
    app.signal('SIGKILL')
    await rig.notes('quit')
    expect(await app.ended).toBe('SIGKILL')
    const browser = rig.start('', ['--browser'])
    await browser.says(SERVED)
    browser.signal('SIGKILL')
    await rig.notes('host ended')
    expect(await browser.ended).toBe('SIGKILL')
  })
})

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}
