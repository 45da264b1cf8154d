import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CONFIG_FIELDS } from '../../../src/shared/config.ts'
import type { Io } from '../../../src/main/cli/io.ts'
import { EXIT, run } from '../../../src/main/cli/run.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')

async function runWith(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = ''
  let err = ''
  const io: Io = {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    lines: () => null,
    endInput: () => undefined,
    env: {},
    interactive: false,
    stop: new AbortController().signal,
  }
  return { code: await run(argv, io), out, err }
}

describe('the command line', () => {
  it('lists its commands with --help and ends well', async () => {
    const { code, out } = await runWith('--help')
    expect(code).toBe(EXIT.ok)
    for (const command of ['node', 'swarm', 'serve', 'export']) expect(out).toContain(command)
  })

  it('has the commands and flags of the table in the README, which leaves no command out', async () => {
    const rows = readFileSync(join(ROOT, 'README.md'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| `peerscope '))
    const told = rows.map((row) => {
      const [, first = ''] = row.split('|')
      const names = [...first.matchAll(/`(?:peerscope )?(\w+)/g)].map(([, name = '']) => name)
      return { names, flags: [...row.matchAll(/--[a-z][a-z-]*/g)].map(([flag]) => flag) }
    })
    const commandsIn = (help: string): string[] =>
      [...help.slice(help.indexOf('Commands:')).matchAll(/^ {2}(\w+)/gm)].flatMap(([, name = '']) => name)
    const { out: help } = await runWith('--help')
    const commands = commandsIn(help.slice(0, help.indexOf('Examples:'))).filter((name) => name !== 'help')
    const missing: string[] = []
    for (const { names, flags } of told) {
      const [name = '', ...more] = names
      const { out } = await runWith(name, '--help')
      const inside = commandsIn(out)
      missing.push(...more.filter((other) => !inside.includes(other) && !commands.includes(other)))
      const helps = [out]
      for (const other of more)
        helps.push((await runWith(...(inside.includes(other) ? [name, other] : [other]), '--help')).out)
      missing.push(...flags.filter((flag) => !helps.some((text) => text.includes(`${flag} `))))
    }
    expect(missing, 'what the README tells and is not there').toEqual([])
    const named = new Set(told.flatMap(({ names }) => names))
    expect(
      commands.filter((name) => !named.has(name)),
      'what is there and the README does not tell',
    ).toEqual([])
  })

  it('offers a flag for every setting of discovery, with its default', async () => {
    const { out } = await runWith('node', '--help')
    for (const field of CONFIG_FIELDS) expect(out).toContain(`--${field.flag} `)
    expect(out).toContain('default: 45 s')
  })

  it('measures peers that have to be dialed more often where somebody watches', async () => {
    const defaultOf = async (command: string): Promise<string | undefined> =>
      /--rtt-dial-interval .*?\(default:\s+([^)]+)\)/s.exec((await runWith(command, '--help')).out)?.[1]
    expect(await defaultOf('node')).toBe('5 min')
    expect(await defaultOf('swarm')).toBe('5 min')
    expect(await defaultOf('serve')).toBe('30 s')
  })

  it.each([
    [['node']],
    [['node', '--network', 'n', '--announce-jitter', '2']],
    [['node', '--network', 'n', '--max-peers', '1.5']],
    [['swarm', '--network', 'n', '--nodes', '0']],
    [['serve', '--port', '70000']],
    [['export', '--format', 'xml']],
    [['walk']],
  ])('refuses %j with exit code 2 and a sentence', async (argv) => {
    const { code, err } = await runWith(...argv)
    expect(code).toBe(EXIT.usage)
    expect(err).toMatch(/error: .+/)
  })

  it.each([
    ['--data <dir>', ['serve', '--data', '--json']],
    ['--network <name>', ['node', '--network', '--no-dht']],
    ['--listen <multiaddr>', ['serve', '--listen', '--demo']],
    ['--port <number>', ['serve', '--port', '--demo']],
    ['--limit <count>', ['peers', '--limit', '--json']],
    ['--format <format>', ['export', '--format', '--out']],
    ['--announce-interval <duration>', ['node', '--network', 'n', '--announce-interval', '--json']],
  ])('takes no option for the value of %s', async (flags, argv) => {
    const { code, err } = await runWith(...argv)
    expect(code).toBe(EXIT.usage)
    expect(err).toContain(`error: option '${flags}' needs a value, and '${argv.at(-1)}' is an option`)
  })

  it('refuses settings that would purge live peers', async () => {
    const { code, err } = await runWith('node', '--network', 'n', '--announce-interval', '10s', '--purge-after', '12s')
    expect(code).toBe(EXIT.usage)
    expect(err).toContain('must be longer than the longest announce interval')
  })
})
