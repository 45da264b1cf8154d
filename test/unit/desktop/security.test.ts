/**
 * Electron's security checklist (electronjs.org/docs/latest/tutorial/security), point by point; docs/security.md holds the
 * table. What no double can show is looked for in the sources.
 */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { BUILT_PAGE, isLocal, isOwnPage } from '../../../src/main/desktop/page-origin.ts'
import { CONTENT_SECURITY_POLICY } from '../../../src/main/monitor/page.ts'
import { DesktopRig } from '../../support/desktop.ts'
import { FakeContents } from '../../support/electron.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
/** The sources of a folder as one text, without comments. */
const sources = (folder: string): string =>
  globSync(`${folder}/**/*.{ts,tsx,html,css}`, { cwd: ROOT })
    .map((path) => read(path).replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, ''))
    .join('\n')

const FOREIGN = [
  'https://evil.example/',
  'http://127.0.0.1/',
  'file:///etc/passwd',
  'app://other/index.html',
  'app://peerscope.evil.example/',
  'javascript:alert(1)',
  'about:blank',
  'x',
]

let rig: DesktopRig
beforeEach(() => {
  rig = new DesktopRig()
})
afterEach(async () => await rig.close())

describe('Electron’s checklist', () => {
  it('1: only secure content is loaded, and none from elsewhere', async () => {
    await rig.start()
    expect(rig.window.loaded).toBe('app://peerscope/index.html')
    expect(rig.electron.schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ])
    for (const url of [...FOREIGN, 'ws://evil.example/', 'ftp://evil.example/', 'devtools://x'])
      expect([url, rig.electron.goesOut(url)]).toEqual([url, false])
    for (const url of ['app://peerscope/assets/a.js', 'blob:app://peerscope/1-2', 'data:image/png;base64,'])
      expect([url, rig.electron.goesOut(url)]).toEqual([url, true])
    expect(rig.warnings.join('')).toContain('not ours')
    expect(rig.electron.app.calls).toContain('spelling false')
    expect(rig.window.options.webPreferences?.spellcheck).toBe(false)
    // The page itself names nothing of others either.
    expect(read('src/renderer/index.html')).not.toMatch(/(?:src|href)="(?!\.{0,2}\/)/)
    // In a browser it asks its own host why the socket is refused.
    const others = sources('src/renderer').replace('await fetch(WEB_SOCKET_PATH, {', '')
    expect(others).not.toMatch(/fetch\(|@import url|url\(['"]?https?:|<iframe|<webview/)
  })

  it('2: there is no Node in the page', async () => {
    await rig.start()
    expect(rig.window.options.webPreferences).toMatchObject({
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
    })
    // The linter holds this too: see .oxlintrc.json.
    expect(sources('src/renderer')).not.toMatch(/from 'node:|from 'electron'|require\(/)
  })

  it('3: the page and the preload are isolated', async () => {
    await rig.start()
    expect(rig.window.options.webPreferences?.contextIsolation).toBe(true)
  })

  it('4: the page’s process is sandboxed', async () => {
    await rig.start()
    expect(rig.window.options.webPreferences?.sandbox).toBe(true)
    // Looked at, so that the user is told; never given.
    expect(sources('src/main').replace("hasSwitch('no-sandbox')", '')).not.toMatch(/no-sandbox|disable-setuid-sandbox/)
    expect(await rig.client().desktop.state()).toMatchObject({ sandboxed: true })
  })

  it('5: no permission is given, but to copy a text to our own page', async () => {
    await rig.start()
    const { electron } = rig
    const asked = [
      'media',
      'geolocation',
      'notifications',
      'clipboard-read',
      'fullscreen',
      'usb',
      'midiSysex',
      'openExternal',
    ]
    for (const name of asked) {
      expect([name, electron.permission(name), electron.checkPermission(name)]).toEqual([name, false, false])
    }
    expect(electron.devicePermission()).toBe(false)
    expect(electron.permission('clipboard-sanitized-write')).toBe(true)
    expect(electron.checkPermission('clipboard-sanitized-write')).toBe(true)
    for (const url of FOREIGN) {
      expect([url, electron.permission('clipboard-sanitized-write', url)]).toEqual([url, false])
      expect([url, electron.checkPermission('clipboard-sanitized-write', url)]).toEqual([url, false])
    }
  })

  it('6, 8, 9: web security is on, insecure content and experiments are off', async () => {
    await rig.start()
    expect(rig.window.options.webPreferences).toMatchObject({
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
    })
    expect(sources('src/main')).not.toMatch(/webSecurity: false|disable-web-security|ignore-certificate-errors/)
  })

  it('7: the policy allows our own scripts only, none inline and none made at run time', async () => {
    await rig.start()
    const page = await rig.electron.request('app://peerscope/index.html')
    expect(page.headers.get('Content-Security-Policy')).toBe(CONTENT_SECURITY_POLICY)
    expect(page.headers.get('X-Content-Type-Options')).toBe('nosniff')
    const rules = new Map(CONTENT_SECURITY_POLICY.split('; ').map((rule) => [rule.split(' ')[0], rule]))
    expect(rules.get('default-src')).toBe("default-src 'self'")
    expect(rules.get('script-src')).toBe("script-src 'self'")
    expect(rules.get('connect-src')).toBe("connect-src 'self'")
    expect(rules.get('object-src')).toBe("object-src 'none'")
    expect(CONTENT_SECURITY_POLICY).not.toMatch(/https?:|\*|unsafe-eval/)
    expect(read('src/renderer/index.html')).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=/)
  })

  it('10: no features of Blink are switched on', async () => {
    await rig.start()
    expect(rig.window.options.webPreferences).not.toHaveProperty('enableBlinkFeatures')
    expect(sources('src/main')).not.toMatch(/enableBlinkFeatures|enable-blink-features|enable-features|appendArgument/)
    // One switch of Chromium is given; docs/security.md says what it means.
    expect(sources('src/main').match(/appendSwitch\(.*\)/g)).toEqual(["appendSwitch('enable-unsafe-swiftshader')"])
  })

  it('11, 12: no page is embedded: the tag is off, and attaching one is refused', async () => {
    await rig.start()
    expect(rig.window.options.webPreferences?.webviewTag).toBe(false)
    const event = { preventDefault: vi.fn<() => void>() }
    rig.window.webContents.emit('will-attach-webview', event)
    expect(event.preventDefault).toHaveBeenCalledOnce()
    expect(sources('src/renderer')).not.toMatch(/allowpopups|webview/i)
  })

  it('13: the page stays where it is, and so does every other that may come to be', async () => {
    await rig.start()
    const other = new FakeContents()
    rig.electron.app.emit('web-contents-created', {}, other)
    for (const contents of [rig.window.webContents, other])
      for (const url of FOREIGN)
        for (const kind of ['will-navigate', 'will-frame-navigate', 'will-redirect']) {
          const event = { url, preventDefault: vi.fn<() => void>() }
          contents.emit(kind, event)
          expect(event.preventDefault).toHaveBeenCalledOnce()
        }
    const own = { url: 'app://peerscope/index.html', preventDefault: vi.fn<() => void>() }
    rig.window.webContents.emit('will-navigate', own)
    expect(own.preventDefault).not.toHaveBeenCalled()
    expect(rig.window.options.webPreferences?.navigateOnDragDrop).toBe(false)
  })

  it('14: no window is opened by a page', async () => {
    await rig.start()
    const other = new FakeContents()
    rig.electron.app.emit('web-contents-created', {}, other)
    for (const contents of [rig.window.webContents, other])
      for (const url of [...FOREIGN, 'app://peerscope/index.html'])
        expect(contents.openHandler?.({ url })).toEqual({ action: 'deny' })
  })

  it('15: nothing is opened by the system: shell.openExternal is not used at all', () => {
    expect(sources('src/main')).not.toMatch(/openExternal|showItemInFolder|\bshell\b[.,} ]*from 'electron'/)
    // The folder of the log, which nobody else names.
    expect(sources('src/main').match(/shell\.openPath\(.*\)/g)).toEqual(['shell.openPath(folder)'])
    expect(sources('src/main')).toContain('const folder = dirname(this.#options.logFile)')
    expect(sources('src/preload')).not.toMatch(/shell/)
  })

  it('16: the version of Electron is fixed, and installed', () => {
    const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> }
    expect(devDependencies['electron']).toMatch(/^\d+\.\d+\.\d+$/)
    const installed = JSON.parse(read('node_modules/electron/package.json')) as { version: string }
    expect(installed.version).toBe(devDependencies['electron'])
  })

  it('17: senders are looked at: one listener, which ipc.test.ts tries with foreign frames', async () => {
    await rig.start()
    expect(rig.electron.ipcMain.eventNames()).toEqual(['peerscope:request-port'])
    expect(sources('src/main').match(/ipcMain\.(?:on|handle|once|handleOnce)\(/g)).toHaveLength(1)
    for (const url of FOREIGN)
      expect([url, isOwnPage(url, BUILT_PAGE), isLocal(url, BUILT_PAGE)]).toEqual([url, false, false])
    expect(isOwnPage('app://peerscope/index.html', BUILT_PAGE)).toBe(true)
  })

  it('18: no page comes by the file protocol, and none from outside of its folder', async () => {
    await rig.start()
    expect(sources('src/main/desktop')).not.toMatch(/loadFile|file:\/\/|pathToFileURL/)
    for (const url of [
      'app://peerscope/../secret.html',
      'app://peerscope/%2e%2e/secret.html',
      'app://peerscope/..%2f..%2fsecret.html',
      'app://peerscope/..%2fr-other%2fsecret.html',
      'app://peerscope/desktop.json',
      'app://peerscope/%00',
      'app://other/index.html',
    ]) {
      const answer = await rig.electron.request(url)
      expect([url, answer.status, await answer.text()]).toEqual([url, 404, 'not found'])
    }
    expect((await rig.electron.request('app://peerscope/index.html', 'POST')).status).toBe(404)
    expect((await rig.electron.request('app://peerscope/')).headers.get('Content-Type')).toContain('text/html')
  })

  it('19: the fuses are set at packaging', () => {
    const fuses = /electronFuses:\n((?: {2}.*\n)+)/.exec(read('electron-builder.yml'))?.[1] ?? ''
    expect(
      Object.fromEntries([...fuses.matchAll(/^ {2}(\w+): (true|false)$/gm)].map(([, name, on]) => [name, on])),
    ).toEqual({
      runAsNode: 'false',
      enableCookieEncryption: 'true',
      enableNodeOptionsEnvironmentVariable: 'false',
      enableNodeCliInspectArguments: 'false',
      enableEmbeddedAsarIntegrityValidation: 'true',
      onlyLoadAppFromAsar: 'true',
      loadBrowserProcessSpecificV8Snapshot: 'false',
      grantFileProtocolExtraPrivileges: 'false',
      resetAdHocDarwinSignature: 'true',
    })
  })

  it('20: the page gets no part of Electron: the preload exposes one call, which preload/bundle.test.ts loads', () => {
    const preload = sources('src/preload')
    expect(preload.match(/exposeInMainWorld\(/g)).toHaveLength(1)
    expect(preload).toContain("exposeInMainWorld('peerscope', { requestPort: () => ipcRenderer.send(PORT_CHANNEL) })")
  })
})

describe('beside the checklist', () => {
  it('a download is an export of our own page, and the system asks where to', async () => {
    await rig.start()
    for (const url of [...FOREIGN, 'blob:https://evil.example/1', 'blob:app://peerscope.evil/1', 'data:text/html,x'])
      expect(rig.electron.download(url, 'a.json')).toEqual({ allowed: false, dialog: null })
    const saved = rig.electron.download('blob:app://peerscope/1-2-3', '../../.bashrc')
    expect(saved).toMatchObject({
      allowed: true,
      dialog: { defaultPath: join('/home/ann/downloads', '..-..-.bashrc') },
    })
    const exported = rig.electron.download('blob:app://peerscope/1-2-3', 'net.csv')
    expect(exported.dialog?.filters?.[0]).toEqual({ name: 'CSV files', extensions: ['csv'] })
  })

  it('docs/security.md names each point of the checklist, and tests that are there', () => {
    const table = [...read('docs/security.md').matchAll(/^\| *(\d+) +\|.*$/gm)]
    expect(table.map(([, number]) => Number(number))).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
    for (const [row] of table) {
      const files = [...row.matchAll(/`((?:test|src)\/[\w./-]+\.ts)`/g)].map(([, file]) => file ?? '')
      expect(files.length).toBeGreaterThan(0)
      for (const file of files) expect(read(file).length).toBeGreaterThan(0)
    }
  })
})
