import { expect, it } from 'vitest'
import { reachNotes } from '../../../src/main/cli/reach-notes.ts'
import { whereNotes } from '../../../src/main/cli/where.ts'
import { DEFAULT_LISTEN } from '../../../src/main/monitor/open-node.ts'
import { exactNetworkIdFrom } from '../../../src/shared/ids.ts'

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
