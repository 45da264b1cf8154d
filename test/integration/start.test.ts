import { rmSync } from 'node:fs'
import { join } from 'node:path'
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
    ['early', 'cannot open the window: disk on fire.\n', 'npm start -- --fetch-electron\n'],
  ])('explains an early end (%s) and opens the browser host', async (mode, why, mend) => {
    const start = rig.start(mode, ['--network', 'n', '--disable-gpu'])
    await start.says(SERVED)
    expect(start.output()).toMatch(/^Cannot open the desktop window: .+\nTo fix it: .+\n/m)
    expect(start.output()).toContain(why)
    expect(start.output()).toContain(mend)
    expect(rig.log().at(-1)).toBe('host serve --network n --json')
    start.signal('SIGTERM')
    expect(await start.ended).toBe(0)
    expect(rig.log().at(-1)).toBe('host ended')
  })

  it('ends an app whose window never shows, and opens the browser host', async () => {
    const start = rig.start('hidden', [], { window: 100 })
    await start.says(SERVED)
    expect(start.output()).toContain('its window did not show within 1 s.\nTo fix it: npm start -- --disable-gpu\n')
    expect(rig.log()).toEqual(['built', 'electron', 'quit', 'host serve --json'])
    start.signal('SIGINT')
    expect(await start.ended).toBe(0)
  })

  it('does not even look for Electron without a display', async () => {
    const start = rig.start('ends', [], {}, { DISPLAY: '', WAYLAND_DISPLAY: '' })
    await start.says(SERVED)
    expect(start.output()).toContain('there is no display')
    expect(rig.log()).toEqual(['built', 'host serve --json'])
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
