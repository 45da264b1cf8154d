import { expect, test } from 'vitest'
import { COMMAND_VERBS, commandFor, contextOf, hasCommand } from '../../../src/renderer/src/controls/command-line.ts'
import type { CommandContext } from '../../../src/renderer/src/controls/command-line.ts'
import { run } from '../../../src/main/cli/run.ts'
import { peerIdAt } from '../../support/renderer/fake-network.ts'

const context: CommandContext = {
  network: "Ann's network",
  kind: 'peerscope',
  relay: null,
  bootstrap: '/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWx',
  peerId: peerIdAt(1),
  address: `/ip4/10.0.0.1/tcp/1/p2p/${peerIdAt(1)}`,
  filter: '',
}

/** The words of a line as a POSIX shell reads them. */
function words(line: string): string[] {
  const found = line.match(/(?:'[^']*'|\\'|[^\s'\\])+/g) ?? []
  return found.map((word) =>
    word.replaceAll(/'([^']*)'|\\(')/g, (_all, quoted?: string, sign?: string) => sign ?? quoted ?? ''),
  )
}

const mosaik: CommandContext = { ...context, kind: 'mosaik', relay: 'https://relay.example.org/' }
const KINDS = [context, mosaik].flatMap((one) => COMMAND_VERBS.map((verb) => ({ ...one, verb })))

test.each(KINDS)('the line for $verb ($kind) names a command that there is, with options that it has', async (of) => {
  const [line = ''] = (commandFor(of.verb, { ...of, filter: 'tag:x' }) ?? '').split('\n')
  const [program, command = '', ...flags] = words(line)
  expect(program).toBe('peerscope')
  expect(flags).toContain("Ann's network")
  let help = ''
  const io = {
    out: (text: string) => {
      help += text
    },
    err: () => undefined,
    lines: () => null,
    endInput: () => undefined,
    env: {},
    interactive: false,
    stop: new AbortController().signal,
  }
  expect(await run([command, '--help'], io)).toBe(0)
  for (const flag of flags.filter((one) => one.startsWith('--'))) expect(help).toContain(flag)
})

test('verbs that need a node are typed into one', () => {
  expect(commandFor('ping', context)?.split('\n')[1]).toBe(`ping ${peerIdAt(1)}`)
  expect(commandFor('dial', context)?.split('\n')[1]).toBe(`dial ${context.address}`)
  expect(commandFor('sync', { ...context, peerId: null })?.split('\n')[1]).toBe('sync 12D3Koo…')
  expect(commandFor('join', context)).toContain(`--bootstrap ${context.bootstrap}`)
})

test('what is strange to a shell is quoted', () => {
  expect(commandFor('network', { ...context, network: '$(reboot); `x`' })).toBe(
    "peerscope serve --network '$(reboot); `x`'",
  )
  expect(words(commandFor('peers', { ...context, filter: `name:"it's" rtt>5` }) ?? '')).toEqual([
    'peerscope',
    'peers',
    '--network',
    "Ann's network",
    '--filter',
    `name:"it's" rtt>5`,
  ])
  expect(commandFor('network', { ...context, network: '-x' })).toContain("'-x'")
})

test('without a network there is nothing to type', () => {
  expect(commandFor('ping', contextOf({ state: 'none' }, null, null))).toBeNull()
  expect([hasCommand('ping'), hasCommand('theme'), hasCommand('settings')]).toEqual([true, false, false])
})

test('lines for a mosaik network name its kind, and relays where some are used', () => {
  expect(commandFor('network', mosaik)).toMatch(/--kind mosaik --relay https:\/\/relay\.example\.org\/$/)
  expect(commandFor('network', { ...mosaik, relay: 'off' })).toMatch(/--kind mosaik$/)
  expect(commandFor('peers', mosaik)).toMatch(/--kind mosaik$/)
  expect(commandFor('ping', { ...mosaik, peerId: null })?.split('\n')[1]).toBe('ping ENDPOINT-ID')
})
