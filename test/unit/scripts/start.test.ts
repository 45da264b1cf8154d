import { describe, expect, it, vi } from 'vitest'
import { sortForBrowser } from '../../../scripts/start/arguments.ts'
import { explain, lastWords, unexplained } from '../../../scripts/start/failure.ts'
import type { Failure } from '../../../scripts/start/failure.ts'
import { debianPackage, hasT64Names, installCommand, notFound } from '../../../scripts/start/libraries.ts'
import { lookFirst, lookForDisplay, lookForRoot, surroundings } from '../../../scripts/start/look.ts'
import type { Surroundings } from '../../../scripts/start/look.ts'
import { Progress, TICK_MS } from '../../../scripts/start/progress.ts'

const HELPER = '/opt/electron/chrome-sandbox'
const CHMOD = `sudo chown root:root ${HELPER} && sudo chmod 4755 ${HELPER}`

describe('looking before Electron is started', () => {
  const fine: Surroundings = {
    platform: 'linux',
    display: ':0',
    wayland: undefined,
    isRoot: false,
    args: [],
    command: 'npm start',
    helper: { path: HELPER, works: false },
    namespaces: () => true,
  }
  it.each<[what: string, facts: Partial<Surroundings>, mend: string | null]>([
    ['X11', {}, null],
    ['Wayland only', { display: undefined, wayland: 'wayland-0' }, null],
    ['no display', { display: undefined }, 'run npm start in a terminal of your desktop session'],
    ['an empty display', { display: '', wayland: '' }, 'run npm start in a terminal of your desktop session'],
    ['no display as root', { display: '', isRoot: true }, 'run npm start in a terminal of your desktop session'],
    ['no user namespaces', { namespaces: () => false }, CHMOD],
    ['no user namespaces, but the helper', { namespaces: () => false, helper: { path: HELPER, works: true } }, null],
    ['no user namespaces, and no sandbox wanted', { namespaces: () => false, args: ['--no-sandbox'] }, null],
    ['no user namespaces as root', { namespaces: () => false, isRoot: true }, null],
    ['user namespaces that cannot be told', { namespaces: () => null }, null],
    [
      'a path that a shell would split',
      { namespaces: () => false, helper: { path: "/a b/it's", works: false } },
      `sudo chown root:root '/a b/it'\\''s' && sudo chmod 4755 '/a b/it'\\''s'`,
    ],
    ['macOS', { platform: 'darwin', display: undefined, namespaces: () => false }, null],
    ['Windows', { platform: 'win32', display: undefined, namespaces: () => false }, null],
  ])('%s', (_what, facts, mend) => {
    expect(lookFirst({ ...fine, ...facts })?.mend ?? null).toBe(mend)
  })

  it('refuses root before a download, unless the sandbox is not wanted', () => {
    const root = { ...fine, isRoot: true, command: 'npm run dev' } as const
    expect(lookForRoot(root)?.mend).toContain('npm run dev -- --no-sandbox')
    expect(lookForRoot({ ...root, args: ['--no-sandbox'] })).toBeNull()
    expect(lookForRoot({ ...root, platform: 'darwin' })).toBeNull()
    expect(lookForRoot(fine)).toBeNull()
  })

  it('names the command that was typed', () => {
    expect(lookForDisplay({ ...fine, display: '', command: 'npm run dev' })?.mend).toContain('run npm run dev in')
  })

  it('takes a helper for usable only where root owns it and it is setuid', () => {
    expect(surroundings(process.execPath, [], 'npm start').helper.works).toBe(false)
    expect(surroundings('/nowhere/electron', [], 'npm start').helper).toEqual({
      path: '/nowhere/chrome-sandbox',
      works: false,
    })
  })
})

describe('an early end', () => {
  const failure: Failure = {
    command: 'npm start',
    overridden: false,
    ran: false,
    kind: () => null,
    startError: null,
    code: 1,
    signal: null,
    waitedSeconds: null,
    stderr: '',
    binary: '/opt/electron/electron',
    helper: HELPER,
    ldd: () => '',
    osRelease: () => 'ID=ubuntu\nVERSION_ID="24.04"\n',
  }
  it.each<[what: string, facts: Partial<Failure>, why: string, mend: string]>([
    [
      'a missing library',
      {
        code: 127,
        stderr: '/x/electron: error while loading shared libraries: libasound.so.2: cannot open shared object file',
        ldd: () => '\tlibasound.so.2 => not found\n\tlibgbm.so.1 => not found\n\tlibc.so.6 => /lib/libc.so.6\n',
      },
      'missing: libasound.so.2, libgbm.so.1',
      'sudo apt install libasound2t64 libgbm1',
    ],
    [
      'a library that we do not know',
      { code: 127, stderr: 'electron: error while loading shared libraries: libodd.so.3: cannot open' },
      'libodd.so.3',
      'install the package of your system that has libodd.so.3',
    ],
    [
      'a library of its own',
      { code: 127, stderr: 'electron: error while loading shared libraries: libffmpeg.so: cannot open' },
      'missing: libffmpeg.so',
      'npm start -- --fetch-electron',
    ],
    [
      'root',
      { stderr: '[1:1/1:FATAL:electron_main_delegate.cc(252)] Running as root without --no-sandbox is not supported.' },
      'does not start as root',
      'run npm start as another user (or without the sandbox: npm start -- --no-sandbox)',
    ],
    [
      'a helper that is not set up',
      {
        signal: 'SIGTRAP',
        code: null,
        stderr: '[1:1/1:FATAL:setuid_sandbox_host.cc(158)] The SUID sandbox helper binary was found, but is not …',
      },
      "Chromium's sandbox cannot start",
      CHMOD,
    ],
    ['no namespaces', { stderr: '[1:1/1:FATAL:zygote_host_impl_linux.cc(128)] No usable sandbox!' }, 'sandbox', CHMOD],
    [
      'a display that is not there',
      {
        stderr:
          '[1:1/1:ERROR:ozone_platform_x11.cc(240)] Missing X server or $DISPLAY\nThe platform failed to initialize.',
      },
      'the display cannot be opened',
      'run npm start in a terminal of your desktop session',
    ],
    [
      'Wayland that is not there',
      { stderr: '[1:1/1:ERROR:wayland_connection.cc(197)] Failed to connect to Wayland display' },
      'the display cannot be opened',
      'run npm start in a terminal of your desktop session',
    ],
    [
      'a graphics process that keeps failing',
      { stderr: "[1:1/1:FATAL:gpu_data_manager_impl_private.cc(415)] GPU process isn't usable. Goodbye." },
      'graphics process',
      'npm start -- --disable-gpu',
    ],
    ['no window', { ran: true, code: 0, waitedSeconds: 30 }, 'did not show within 30 s', 'npm start -- --disable-gpu'],
    [
      'options for Node that Electron refuses',
      { code: 9, stderr: 'electron: --import= is not allowed in NODE_OPTIONS' },
      'NODE_OPTIONS',
      "NODE_OPTIONS='' npm start",
    ],
    [
      'no permission',
      { startError: 'spawn /x EACCES', kind: () => 'file' },
      'EACCES',
      'chmod +x /opt/electron/electron',
    ],
    ['no such file', { startError: 'spawn /x ENOENT' }, 'ENOENT', 'npm start -- --fetch-electron'],
    [
      'a folder in its place',
      { startError: 'spawn /x EACCES', kind: () => 'folder' },
      '/opt/electron/electron is a folder',
      'npm start -- --fetch-electron',
    ],
    [
      'a disk that no program runs from',
      { startError: 'spawn /x EACCES', kind: () => 'program' },
      'EACCES',
      'move the project to a disk that programs may be started from, then run npm start',
    ],
    [
      'a system without glibc',
      { startError: 'spawn /x ENOENT', kind: () => 'program' },
      'lacks glibc',
      'use a system with glibc, or stay in the browser: npm start -- --browser',
    ],
    [
      'an old system',
      { code: 1, stderr: "/x/electron: /lib/libc.so.6: version `GLIBC_2.38' not found (required by /x/electron)" },
      'too old for Electron, which needs GLIBC_2.38',
      'upgrade the system, or stay in the browser: npm start -- --browser',
    ],
    [
      'libraries that do not fit',
      { code: 127, stderr: '/x/electron: symbol lookup error: /lib/libgtk-3.so.0: undefined symbol: g_new\n' },
      'do not fit Electron (/lib/libgtk-3.so.0: undefined symbol: g_new)',
      'update the packages of your system and unset LD_LIBRARY_PATH and LD_PRELOAD, then run npm start',
    ],
    [
      'a library of its own that does not fit',
      { code: 127, stderr: '/x/electron: symbol lookup error: /x/libffmpeg.so: undefined symbol: av' },
      'do not fit Electron',
      'npm start -- --fetch-electron',
    ],
    [
      'a damaged binary that is not ours',
      { overridden: true, code: null, signal: 'SIGSEGV' },
      'was ended by SIGSEGV',
      'correct or unset ELECTRON_OVERRIDE_DIST_PATH, then run npm start',
    ],
    [
      'silence',
      { waitedSeconds: 60, code: null, signal: 'SIGKILL' },
      'Electron hung: it did not run Peerscope within 60 s',
      'npm start -- --fetch-electron',
    ],
    ['an empty binary', { code: 0 }, 'with exit code 0 before its window showed', 'npm start -- --fetch-electron'],
    [
      'a failure of the app itself',
      { ran: true, code: 1, stderr: '{"level":60,"msg":"cannot open the window"}' },
      'exit code 1: cannot open the window',
      'run npm start again; what the app wrote is above and in its log file',
    ],
    [
      'anything else',
      { code: 3, stderr: 'the disk is full\n[1:1/1:ERROR:bus.cc(393)] Failed to connect to the dbus\n' },
      'Electron ended with exit code 3: the disk is full',
      'npm start -- --fetch-electron',
    ],
    [
      'a crash without a word',
      { code: null, signal: 'SIGSEGV' },
      'was ended by SIGSEGV',
      'npm start -- --fetch-electron',
    ],
  ])('%s', (_what, facts, why, mend) => {
    const trouble = explain({ ...failure, ...facts }) ?? unexplained({ ...failure, ...facts })
    expect(trouble.why).toContain(why)
    expect(trouble.mend).toBe(mend)
    expect(`${trouble.why}${trouble.mend}`).not.toContain('\n')
  })

  it.each<Partial<Failure>>([
    { stderr: 'Running as root without --no-sandbox is not supported.' },
    { stderr: 'Missing X server or $DISPLAY' },
    { stderr: "GPU process isn't usable. Goodbye." },
    { stderr: '--import= is not allowed in NODE_OPTIONS' },
    { stderr: "version `GLIBC_2.38' not found" },
    { stderr: 'symbol lookup error: /lib/a.so: undefined symbol: b' },
    { stderr: 'error while loading shared libraries: libffmpeg.so: cannot open' },
    { startError: 'spawn /x ENOENT' },
    { startError: 'spawn /x EACCES', kind: () => 'program' },
    { waitedSeconds: 60 },
    { waitedSeconds: 60, ran: true },
    { code: 1 },
    { code: 1, ran: true },
    { code: 1, overridden: true },
  ])('names the command that was typed: %j', (facts) => {
    const other: Failure = { ...failure, ...facts, command: 'npm run dev' }
    const { why, mend } = explain(other) ?? unexplained(other)
    expect(mend).toContain('npm run dev')
    expect(`${why} ${mend}`).not.toContain('npm start')
  })

  it('repeats the line that says most, safe to print and short', () => {
    expect(lastWords('')).toBeNull()
    expect(lastWords('a\n[1:1/1:FATAL:x.cc(1)] the reason\n[1:1/1:ERROR:y.cc(2)] after it\n')).toBe('the reason')
    expect(lastWords('{"level":60,"err":{"message":"no space"},"msg":"cannot open"}\n')).toBe('cannot open: no space')
    expect(lastWords('{not json')).toBe('{not json')
    expect(lastWords('red \u001B[31m')).toBe('red  [31m')
    expect(lastWords('x'.repeat(500))).toHaveLength(200)
  })
})

describe('missing libraries', () => {
  it('are found by the names that the system has', () => {
    expect(debianPackage('libgtk-3.so.0', true)).toBe('libgtk-3-0t64')
    expect(debianPackage('libgtk-3.so.0', false)).toBe('libgtk-3-0')
    expect(debianPackage('libgbm.so.1', true)).toBe('libgbm1')
    expect(debianPackage('libodd.so.1', true)).toBeNull()
    expect(installCommand(['libnss3.so', 'libnssutil3.so', 'libodd.so'], true)).toBe('sudo apt install libnss3')
    expect(installCommand(['libodd.so'], true)).toBeNull()
    expect(notFound('\tlinux-vdso.so.1 (0x1)\n\tliba.so => not found\n\tliba.so => not found\n')).toEqual(['liba.so'])
  })

  it.each([
    ['ID=debian\nVERSION_ID="12"\n', false],
    ['ID=debian\nVERSION_ID="13"\n', true],
    ['ID=debian\n', true],
    ['ID=ubuntu\nID_LIKE=debian\nVERSION_ID="22.04"\n', false],
    ['ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n', true],
    ['ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="22"\nUBUNTU_CODENAME=noble\n', true],
    ['ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="21"\nUBUNTU_CODENAME=jammy\n', false],
    ['ID=fedora\nVERSION_ID=41\n', false],
    ['', false],
  ])('%j', (osRelease, expected) => {
    expect(hasT64Names(osRelease)).toBe(expected)
  })
})

describe('what the browser host is given', () => {
  it.each([
    ['--demo --data d --network n', '--demo --data d --network n', ''],
    [
      '--no-sandbox --disable-gpu --ozone-platform=x11 --hidden --no-dht',
      '--no-dht',
      '--no-sandbox --disable-gpu --ozone-platform=x11 --hidden',
    ],
    ['--data my.peerscope old.peerscope', '--data my.peerscope', 'old.peerscope'],
    ['--password-store=basic --bogus -x data more', '', '--password-store=basic --bogus -x data more'],
    ['--port=0 --verbose --json=1 --tag a', '--port=0 --verbose --tag a', '--json=1'],
    ['peerscope://join?network=x', '', 'peerscope://join?network=x'],
    ['--invite peerscope://join?network=x', '--invite peerscope://join?network=x', ''],
  ])('%s', (args, kept, dropped) => {
    const result = sortForBrowser(args.split(' '))
    expect([result.kept.join(' '), result.dropped.join(' ')]).toEqual([kept, dropped])
  })
})

describe('progress', () => {
  const written = (isTTY: boolean) => {
    vi.useFakeTimers()
    const parts: string[] = []
    const progress = new Progress({ isTTY, write: (text) => parts.push(text) })
    progress.step('Building')
    vi.advanceTimersByTime(6500)
    progress.say('a word')
    progress.done()
    vi.advanceTimersByTime(10_000)
    vi.useRealTimers()
    return parts.join('')
  }

  it('is a line every few seconds where it is written to a file', () => {
    expect(written(false)).toBe('Building …\nBuilding … 2 s\nBuilding … 5 s\na word\n')
    expect(TICK_MS).toBeLessThan(3000)
  })

  it('is one line that counts in a terminal', () => {
    const text = written(true)
    expect(text.split('\r\u001B[K').slice(0, 3)).toEqual(['', 'Building …', 'Building … 1 s'])
    expect(text.endsWith('Building … 6 s\r\u001B[Ka word\n')).toBe(true)
  })

  it.each([
    [true, '\r\u001B[K'],
    [false, ''],
  ])('of a download is how much has arrived, also on a terminal (%s)', (isTTY, head) => {
    vi.useFakeTimers()
    const parts: string[] = []
    const progress = new Progress({ isTTY, write: (text) => parts.push(text) })
    const end = isTTY ? '' : '\n'
    progress.step('Connecting')
    vi.advanceTimersByTime(2000)
    progress.received(12_000_000, 30_000_000)
    vi.advanceTimersByTime(1000)
    expect(parts.at(-1)).toBe(`${head}  12 of 30 MB (40%)${end}`)
    vi.advanceTimersByTime(2000)
    progress.received(12_000_000, 30_000_000)
    vi.advanceTimersByTime(2500)
    expect(parts.at(-1)).toBe(`${head}  12 of 30 MB (40%), nothing more arrives${end}`)
    progress.step('Unpacking')
    expect(parts.at(-1)).toBe(`${head}Unpacking …${end}`)
    progress.done()
    vi.useRealTimers()
  })
})
