import { describe, expect, it } from 'vitest'
import { uselessFlags } from '../../../src/main/cli/reach-flags.ts'
import { reachNotes } from '../../../src/main/cli/reach-notes.ts'
import { whereNotes } from '../../../src/main/cli/where.ts'
import { DEFAULT_LISTEN } from '../../../src/main/monitor/open-node.ts'
import { exactNetworkIdFrom } from '../../../src/shared/ids.ts'
import { cli } from '../../support/cli-archive.ts'

const PLAIN = { kind: 'peerscope', relay: 'off', entryVersion: null } as const

const LOCAL = ['/ip4/127.0.0.1/tcp/1', '/ip6/::1/tcp/1']

it('a node says when nobody else can reach it, unless it was asked to be of this machine', () => {
  const noAddress = expect.stringContaining('no address that others can reach')
  expect(reachNotes(LOCAL, DEFAULT_LISTEN, { unheard: [] })).toEqual([noAddress])
  expect(reachNotes([], DEFAULT_LISTEN, { unheard: [] })).toEqual([noAddress])
  expect(reachNotes([...LOCAL, '/ip4/192.168.1.5/tcp/1'], DEFAULT_LISTEN, { unheard: [] })).toEqual([])
  expect(reachNotes(LOCAL, ['/ip4/127.0.0.1/tcp/0'], { unheard: [] })).toEqual([])
  expect(reachNotes([], [], { unheard: [] })).toEqual([])
})

it('a node says on what it could not listen', () => {
  expect(reachNotes(['/ip4/192.168.1.5/tcp/1'], DEFAULT_LISTEN, { unheard: ['/ip6/::/tcp/0'] })).toEqual([
    expect.stringContaining('nothing listens on /ip6/::/tcp/0'),
  ])
})

it('a node says what of an invitation is ignored, and that a name is stored in another spelling', () => {
  const old = { kind: 'peerscope', id: exactNetworkIdFrom('cafe\u0301'), name: 'cafe\u0301' } as const
  expect(whereNotes({ network: 'café', bootstrap: [], ignored: ['v', 'w'], ...PLAIN }, [old])).toEqual([
    expect.stringContaining('ignored: v, w'),
    expect.stringContaining(old.id),
  ])
  expect(whereNotes({ network: 'café', bootstrap: [], ...PLAIN }, [])).toEqual([])
})

describe('flags that matter in Peerscope networks only', () => {
  const all = ['--no-mdns', '--no-upnp', '--no-relays', '--answer-neighbors']

  it('say so in their help', async () => {
    for (const [command, flags] of [
      ['node', all],
      ['serve', all],
      ['crawl', ['--no-mdns', '--answer-neighbors']],
    ] as const) {
      const help = (await cli(command, '--help')).out.replaceAll(/\s+/g, ' ')
      for (const flag of flags) expect(help).toMatch(new RegExp(`${flag} [^-]*\\(Peerscope networks only\\)`))
    }
  })

  it('are told of one by one where they have no effect', () => {
    const flags = { mdns: false, upnp: false, relays: false, answerNeighbors: true }
    expect(uselessFlags(flags, 'mosaik')).toEqual(all.map((flag) => expect.stringContaining(`${flag} has no effect`)))
    expect(uselessFlags(flags, 'peerscope')).toEqual([])
    // What commander fills in where a flag is not given.
    expect(uselessFlags({ mdns: true, upnp: true, relays: true }, 'mosaik')).toEqual([])
  })

  it.each(['node', 'crawl'])('%s says so on standard error', async (command) => {
    // An address that nobody can be at: it ends before anything is started.
    const argv = [command, '--network', 'n', '--bootstrap', 'nowhere', '--no-mdns']
    const said = 'Note: --no-mdns has no effect in a mosaik network'
    expect((await cli(...argv, '--kind', 'mosaik')).err).toContain(said)
    expect((await cli(...argv)).err).not.toContain('Note')
  })
})
