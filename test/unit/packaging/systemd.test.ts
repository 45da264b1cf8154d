import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from '../../../src/main/cli/run.ts'

const FOLDER = 'packaging/systemd'
const files = readdirSync(FOLDER)
const texts = new Map(files.map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]))

/** The settings of a unit; a repeated one has several values. */
function settingsOf(text: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [, key, value] = /^([A-Za-z]+)=(.*)$/.exec(line) ?? []
    if (key !== undefined) found.set(key, [...(found.get(key) ?? []), value ?? ''])
  }
  return found
}

describe('the systemd units', () => {
  it('are a peer for each network, and the browser host', () =>
    expect(files.sort()).toEqual(['peerscope-node@.service', 'peerscope-serve.service']))

  it.each(files)('%s has no rights, and writes nowhere but in its state folder', (name) => {
    const settings = settingsOf(texts.get(name) ?? '')
    const wanted: Readonly<Record<string, string>> = {
      DynamicUser: 'yes',
      NoNewPrivileges: 'yes',
      ProtectSystem: 'strict',
      ProtectHome: 'yes',
      PrivateTmp: 'yes',
      PrivateDevices: 'yes',
      CapabilityBoundingSet: '',
      RestrictNamespaces: 'yes',
      StateDirectoryMode: '0700',
      UMask: '0077',
    }
    const found = Object.keys(wanted).map((key) => [key, settings.get(key)?.join()])
    expect(Object.fromEntries(found)).toEqual(wanted)
    expect(settings.get('SystemCallFilter')).toEqual(['@system-service', '~@privileged'])
    // V8 writes machine code.
    expect(settings.has('MemoryDenyWriteExecute')).toBe(false)
    // The goodbye needs one SIGTERM and some time; a second one would cut it short.
    expect(settings.get('KillMode')).toEqual(['mixed'])
  })

  it.each(files)('%s starts a command line that Peerscope takes', async (name) => {
    const [command = ''] = settingsOf(texts.get(name) ?? '').get('ExecStart') ?? []
    const [program, ...args] = command
      .replace('${NETWORK}', 'office')
      .replace('${PORT}', '7373')
      .replace('${STATE_DIRECTORY}', '/var/lib/peerscope/office')
      .replace(' $PEERSCOPE_FLAGS', '')
      .split(' ')
    expect(program).toBe('peerscope')
    expect(args.join(' ')).not.toMatch(/[$%]/)
    let out = ''
    const take = (text: string): void => void (out += text)
    const code = await run([...args, '--help'], {
      out: take,
      err: take,
      lines: () => null,
      endInput: () => undefined,
      env: {},
      interactive: false,
      stop: new AbortController().signal,
    })
    expect([code, out.split('\n')[0]]).toEqual([0, `Usage: peerscope ${args[0]} [options]`])
    for (const flag of args.filter((arg) => arg.startsWith('--'))) expect(out).toContain(`${flag} `)
  })

  it('pass systemd’s own check', (context) => {
    if (spawnSync('systemd-analyze', ['--version']).error !== undefined) {
      const reason = 'systemd-analyze is not on this machine: the units are checked by their text only'
      process.stderr.write(`${reason}\n`)
      context.skip(reason)
    }
    const folder = mkdtempSync(join(tmpdir(), 'peerscope-units-'))
    try {
      for (const [name, text] of texts) {
        // The program need not be installed here.
        const path = join(folder, name.replace('@', '@office'))
        writeFileSync(path, text.replace('ExecStart=peerscope ', 'ExecStart=/bin/true '))
        if (name.includes('@')) cpSync(path, join(folder, name))
      }
      const checked = files.map((name) => join(folder, name.replace('@', '@office')))
      const verify = spawnSync('systemd-analyze', ['verify', '--man=no', ...checked], { encoding: 'utf8' })
      const about = verify.stderr.split('\n').filter((line) => line.includes('peerscope'))
      expect([verify.status, about]).toEqual([0, []])
      for (const unit of checked) {
        const security = spawnSync(
          'systemd-analyze',
          ['security', '--offline=true', '--threshold=20', '--no-pager', unit],
          { encoding: 'utf8' },
        )
        // 0 is all shut, 100 all open; a unit without settings has 96.
        expect([security.status, security.status === 0 ? '' : security.stdout]).toEqual([0, ''])
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
