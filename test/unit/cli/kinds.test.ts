import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { kindWords } from '../../../src/main/cli/kind-words.ts'
import type { Io } from '../../../src/main/cli/io.ts'
import { runNodeCommand } from '../../../src/main/cli/node-commands.ts'
import { createPrinter } from '../../../src/main/cli/output.ts'
import { EXIT } from '../../../src/main/cli/run.ts'
import type { WhereFlags } from '../../../src/main/cli/where.ts'
import { whereFrom } from '../../../src/main/cli/where.ts'
import { NOWHERE } from '../../../src/main/monitor/contacts.ts'
import { NameBook } from '../../../src/main/monitor/names/name-book.ts'
import type { OpenNode } from '../../../src/main/monitor/open-node.ts'
import { databasePath } from '../../../src/main/store/data-dir.ts'
import { openStore } from '../../../src/main/store/store.ts'
import type { StoredPeer } from '../../../src/main/store/types.ts'
import { DialFailed, errorShape, NotDialed, Timeout, UnknownPeer } from '../../../src/shared/errors.ts'
import { networkIdFrom, uniqueIdFrom } from '../../../src/shared/ids.ts'
import { formatInvitation, invitedFirst, parseInvitation } from '../../../src/shared/invitation.ts'
import { networkKeyOf } from '../../../src/shared/network-kind.ts'
import { endpointIdOf } from '../../../src/shared/peer-form.ts'
import { cli, fill, folder, folderForEachTest, jsonLines, NOW, stored, three } from '../../support/cli-archive.ts'
import { idOf, NETWORK } from '../../support/discovery/entries.ts'
import { mosaikSignedOf } from '../../support/discovery/mosaik.ts'

const HEX = '4eda842cb248a32977c01011756948dddb9e5c0ebc61f0898dc0b410adb02ece'
const MOSAIK = { kind: 'mosaik', id: NETWORK, name: 'test-network' } as const
const VALIDATOR = uniqueIdFrom('role:validator')
const TRANSFER = uniqueIdFrom('transfer')

folderForEachTest()

/** A peer of the mosaik network. */
function member(name: string, tags: readonly string[] = [VALIDATOR]): StoredPeer {
  const version = { startedAt: NOW - 3_600_000, updatedAt: NOW - 1000 }
  const { entry, bytes, signature } = mosaikSignedOf(name, { version, tags, functions: [TRANSFER] })
  const { addresses, protocolVersion } = entry
  return {
    ...stored(name, NOW - 1000),
    addresses,
    protocolVersion,
    tags,
    functions: [TRANSFER],
    signed: { entry: bytes, signature },
  }
}

/** A folder with both networks of one name, the mosaik one joined last. */
const both = (dir = 'both'): string =>
  fill(dir, three(), (store) => {
    store.networkJoined({ ...MOSAIK, bootstrap: [], tags: [], at: NOW + 1 })
    for (const name of ['dan', 'eve']) store.putPeer(networkKeyOf(MOSAIK), member(name))
  })

describe('flags that say which network', () => {
  const where = (flags: WhereFlags) => whereFrom({ network: 'n', ...flags })

  it('take the kind, relays and the version of our entry', () => {
    expect(where({})).toMatchObject({ kind: 'peerscope', relay: 'off', entryVersion: null })
    expect(where({ kind: 'mosaik', relay: 'https://r.example', entryVersion: '0.3.19' })).toMatchObject({
      kind: 'mosaik',
      relay: 'https://r.example/',
      entryVersion: '0.3.19',
    })
    expect(where({ kind: 'mosaik' })).toMatchObject({ relay: 'off' })
  })

  it('refuse what networks of the kind do not know', () => {
    expect(() => where({ relay: 'default' })).toThrow('--kind mosaik')
    expect(() => where({ kind: 'mosaik', relay: true })).toThrow('needs a value')
    expect(() => where({ kind: 'mosaik', relay: 'nonsense' })).toThrow('choice of relays')
  })

  it('take the kind of an invitation, and no other', () => {
    const invite = parseInvitation(`peerscope://join?network=n&kind=mosaik&bootstrap=${HEX}%40192.0.2.7%3A4433`)
    expect(whereFrom({ invite })).toMatchObject({ network: 'n', kind: 'mosaik', bootstrap: [`${HEX}@192.0.2.7:4433`] })
    expect(() => whereFrom({ invite, kind: 'peerscope' })).toThrow('not to a network of the kind')
    expect(() => whereFrom({ invite, network: 'other' })).toThrow('not to')
  })
})

describe('invitations', () => {
  it('carry the kind, and old links are to Peerscope networks', () => {
    const link = formatInvitation({ network: 'n', kind: 'mosaik', bootstrap: [`${HEX}@[2001:db8::7]:4433`] })
    expect(link).toContain('kind=mosaik')
    expect(parseInvitation(link)).toEqual({ network: 'n', kind: 'mosaik', bootstrap: [`${HEX}@[2001:db8::7]:4433`] })
    expect(parseInvitation('peerscope://join?network=n')).toEqual({ network: 'n', bootstrap: [] })
    expect(formatInvitation({ network: 'n', kind: 'peerscope', bootstrap: [] })).toBe('peerscope://join?network=n')
  })

  it.each([
    [`peerscope://join?network=n&bootstrap=${HEX}%40192.0.2.7%3A4433`, 'no multiaddr'],
    ['peerscope://join?network=n&kind=mosaik&bootstrap=/ip4/192.0.2.7/tcp/1', 'no peer of a mosaik network'],
    ['peerscope://join?bootstrap=/ip4/192.0.2.7/tcp/1&network=n&kind=mosaik', 'no peer of a mosaik network'],
    ['peerscope://join?network=n&kind=other', 'a kind that is not known'],
    ['peerscope://join?network=n&kind=mosaik&kind=mosaik', 'more than one kind'],
  ])('%s is refused: %s', (link, why) => expect(() => parseInvitation(link)).toThrow(why))

  it('name addresses first that others can reach', () => {
    const [near, far, relay] = [`${HEX}@127.0.0.1:1`, `${HEX}@203.0.113.7:1`, `${HEX}@https://r.example/`]
    expect(invitedFirst([near, relay, far])).toEqual([relay, far])
    expect(invitedFirst([near])).toEqual([near])
  })
})

describe('a folder with two networks of one name', () => {
  it('is read by kind; without it the one that was joined last, which is said', async () => {
    const data = both()
    const peers = async (...flags: string[]) =>
      await cli('peers', '--data', data, '--network', 'test-network', ...flags)
    const last = await peers('--json')
    expect(jsonLines(last.out)).toHaveLength(2)
    expect(last.err).toContain('--kind peerscope')
    expect(jsonLines((await peers('--json', '--kind', 'peerscope')).out)).toHaveLength(3)
    expect(jsonLines((await cli('peers', '--data', data, '--kind', 'peerscope', '--json')).out)).toHaveLength(3)
    const stats = await cli('stats', '--data', data)
    expect(stats.out).toMatch(/test-network +peerscope[^]*test-network +mosaik/)
  })

  it('tells of the one that is stored where one of another kind is asked for', async () => {
    const data = fill('one', three())
    const { code, err } = await cli('peers', '--data', data, '--network', 'test-network', '--kind', 'mosaik')
    expect(code).toBe(2)
    expect(err).toContain("nothing is stored of 'test-network' as a mosaik network; there is one of kind peerscope")
    expect(err).toContain('--kind peerscope')
    expect((await cli('peers', '--data', data, '--network', 'none', '--kind', 'mosaik')).err).toContain(
      'stored are: none',
    )
  })

  it('shows ids as its people know them, in JSON both forms, and finds both', async () => {
    const data = both()
    const dan = idOf('dan')
    const list = await cli('peers', '--data', data, '--kind', 'mosaik')
    expect(list.out).toContain(endpointIdOf(dan))
    expect(list.out).not.toContain('12D3Koo')
    for (const form of [dan, endpointIdOf(dan)]) {
      const found = jsonLines(
        (await cli('peers', '--data', data, '--kind', 'mosaik', '--json', '--filter', `id:${form}`)).out,
      )
      expect(found).toMatchObject([{ peerId: dan, endpointId: endpointIdOf(dan), functions: [TRANSFER] }])
    }
    const own = jsonLines((await cli('peers', '--data', data, '--kind', 'peerscope', '--json')).out)
    for (const peer of own) expect(peer).not.toHaveProperty('endpointId')
  })

  it('is searched for words that tags are hashed from, and for names and ids', async () => {
    const data = both()
    const found = async (...words: string[]) =>
      jsonLines((await cli('peers', '--data', data, '--kind', 'mosaik', '--json', '--search', words.join(' '))).out)
    expect(await found('role:validator')).toHaveLength(2)
    expect(await found('role:validator', endpointIdOf(idOf('dan')))).toMatchObject([{ peerId: idOf('dan') }])
    const events = await cli('events', '--data', data, '--kind', 'mosaik', '--search', 'role:validator')
    expect(events.code).toBe(0)
    await cli('names', 'add', 'role:validator', '--data', data, '--kind', 'mosaik')
    expect(await found('VALID')).toHaveLength(2)
  })
})

describe('peerscope names', () => {
  const names = async (data: string, ...argv: string[]) =>
    await cli('names', ...argv, '--data', data, '--kind', 'mosaik')

  it('says where names are changed while Peerscope runs on the folder', async () => {
    const data = both()
    const running = openStore({ path: databasePath(data, process.platform), now: () => Date.now() })
    try {
      expect(await names(data, 'add', 'role:validator')).toMatchObject({
        code: EXIT.failed,
        err: expect.stringContaining('in its window, under Settings'),
      })
    } finally {
      running.close()
    }
  })

  it('adds, lists, imports and removes; lists and exports have words and ids', async () => {
    const data = both()
    const peers = async () => (await cli('peers', '--data', data, '--kind', 'mosaik')).out
    expect(await peers()).toContain(`${VALIDATOR.slice(0, 6)}…`)
    expect((await names(data, 'add', 'role:validator', 'role:validator')).out).toBe('1 added\n')
    expect(await peers()).toContain('role:validator')
    await writeFile(join(folder, 'words.txt'), '# our functions\ntransfer\nrole:validator\n')
    expect((await names(data, 'import', join(folder, 'words.txt'))).out).toBe('1 added, 1 was known\n')
    expect(jsonLines((await names(data, 'list', '--json')).out)).toEqual([
      { event: 'name', id: VALIDATOR, word: 'role:validator' },
      { event: 'name', id: TRANSFER, word: 'transfer' },
    ])
    const exported = async (format: string) =>
      (
        await cli(
          'export',
          '--format',
          format,
          '--data',
          data,
          '--kind',
          'mosaik',
          '--filter',
          'tag:role:* function:transfer',
        )
      ).out
    expect(jsonLines(await exported('ndjson'))).toMatchObject([
      { tags: [VALIDATOR], functions: [TRANSFER], names: { [VALIDATOR]: 'role:validator', [TRANSFER]: 'transfer' } },
      { tags: [VALIDATOR] },
    ])
    const [head = '', first = ''] = (await exported('csv')).split('\r\n')
    expect(head).toContain('streams,functions,groups')
    expect(head).toMatch(/endpointId,names,asOf$/)
    expect(first).toContain(`""${TRANSFER}""`)
    expect(await exported('gexf')).toContain('title="tag:role"')
    expect((await names(data, 'remove', 'transfer')).out).toBe('1 removed\n')
    // Those of another network are its own.
    expect((await cli('names', 'list', '--data', data, '--kind', 'peerscope', '--json')).out).toBe('')
  })

  it('refuses what cannot be meant', async () => {
    const data = both()
    expect((await names(data, 'import', join(folder, 'none.txt'))).code).toBe(2)
    await writeFile(join(folder, 'latin1.txt'), Buffer.from('caf\u00e9\n', 'latin1'))
    const { code, err } = await names(data, 'import', join(folder, 'latin1.txt'))
    expect(err).toContain('latin1.txt is not a text file in UTF-8')
    expect(code).toBe(2)
    expect((await names(data, 'add', 'x'.repeat(300))).err).toContain('256 bytes a name')
    expect((await cli('names', 'add', 'x', '--data', data, '--network', 'unknown')).code).toBe(2)
  })
})

describe('snapshots of a mosaik network', () => {
  const snapshot = async (data: string, name: string, ...flags: string[]): Promise<string> => {
    const file = join(folder, name)
    const { code, err } = await cli('export', '--format', 'snapshot', '--out', file, '--data', data, ...flags)
    expect(err).toContain('written')
    expect(code).toBe(0)
    return file
  }

  it('verify by the signatures of their kind, and tell it', async () => {
    const file = await snapshot(both(), 'm.peerscope', '--kind', 'mosaik')
    const { code, out } = await cli('verify', file)
    expect(out).toContain('verified: 2 peers of the mosaik network test-network')
    expect(code).toBe(0)
    expect(jsonLines((await cli('verify', file, '--json')).out)).toMatchObject([
      { ok: true, network: MOSAIK, peers: 2 },
    ])
  })

  it('are imported into the network of their kind, and compared with it', async () => {
    const file = await snapshot(both(), 'm.peerscope', '--kind', 'mosaik')
    const data = fill('empty', three())
    expect((await cli('import', file, '--data', data)).out).toBe('New 2\n')
    expect(jsonLines((await cli('peers', '--data', data, '--kind', 'mosaik', '--json')).out)).toMatchObject([
      { functions: [TRANSFER] },
      { functions: [TRANSFER] },
    ])
    expect(jsonLines((await cli('peers', '--data', data, '--kind', 'peerscope', '--json')).out)).toHaveLength(3)
    const same = await cli('diff', file, '--data', data, '--kind', 'mosaik', '--json')
    expect(jsonLines(same.out)).toMatchObject([{ event: 'compared', came: 0, left: 0, changed: 0, same: 2 }])
    const one = await snapshot(
      join(folder, 'both'),
      'one.peerscope',
      '--kind',
      'mosaik',
      '--filter',
      `id:${idOf('dan')}`,
    )
    expect(jsonLines((await cli('diff', file, one, '--json')).out)).toMatchObject([
      { event: 'left', reason: 'missing', endpointId: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { event: 'compared', left: 1, same: 1 },
    ])
    const other = await cli('diff', file, '--data', data, '--kind', 'peerscope')
    expect(other.err).toContain('cannot be compared')
    expect(other.code).toBe(2)
  })

  it('do not verify as one of another kind', async () => {
    const data = fill('lies', three(), (store) => {
      store.networkJoined({ ...MOSAIK, bootstrap: [], tags: [], at: NOW + 1 })
      store.putPeer(networkKeyOf(MOSAIK), stored('ann', NOW - 1000))
    })
    const file = await snapshot(data, 'lies.peerscope', '--kind', 'mosaik')
    const { code, out } = await cli('verify', file)
    expect(code).toBe(1)
    expect(out).toContain('NOT VERIFIED')
  })
})

it('an invitation to a stored mosaik network names it by its kind', async () => {
  const data = both()
  const { out } = await cli('invite', '--data', data, '--network', 'test-network', '--kind', 'mosaik', '--json')
  expect(parseInvitation(String(jsonLines(out)[0]?.['link']))).toMatchObject({
    network: 'test-network',
    kind: 'mosaik',
  })
  expect(networkIdFrom('test-network')).toBe(NETWORK)
})

describe('a command of a running node that fails', () => {
  it('tells of a peer by the id that its network shows', async () => {
    const ping = () => Promise.reject(new UnknownPeer(`${idOf('x')} is not known`))
    let said = ''
    const io = { out: (text: string) => void (said += text), err: () => undefined } as unknown as Io
    for (const kind of ['mosaik', 'peerscope'] as const) {
      const node = { kind, discovery: { ping } } as unknown as OpenNode
      const names = new NameBook(NOWHERE, networkKeyOf(MOSAIK))
      const running = { node, names, words: kindWords(kind), network: 'n' }
      await runNodeCommand(running, `ping ${HEX}`, createPrinter(io, false))
    }
    expect(said.split('\n')).toEqual([
      expect.stringContaining(`UnknownPeer: ${endpointIdOf(idOf('x'))} is not known`),
      expect.stringContaining(`UnknownPeer: ${idOf('x')} is not known`),
      '',
    ])
  })

  it('tells why a dial failed by the code of that', async () => {
    const said: unknown[] = []
    const io = { out: (text: string) => void said.push(JSON.parse(text)), err: () => undefined } as unknown as Io
    const errors = [
      new DialFailed('connection refused'),
      new Timeout('no answer in time'),
      new NotDialed(`${HEX}@192.0.2.7:4433`, 'rests'),
    ].map(errorShape)
    const names = new NameBook(NOWHERE, networkKeyOf(MOSAIK))
    for (const error of errors) {
      const dial = async (targets: readonly unknown[]) =>
        await Promise.resolve(targets.map((target) => ({ target, peerId: null, error })))
      const node = { kind: 'mosaik', discovery: { dial } } as unknown as OpenNode
      const running = { node, names, words: kindWords('mosaik'), network: 'n' }
      await runNodeCommand(running, `dial ${HEX}@192.0.2.7:4433`, createPrinter(io, true))
    }
    expect(said).toMatchObject(errors.map((error) => ({ ok: false, error })))
  })

  it('counts peers as the window does: without us, though we are listed', async () => {
    let said = ''
    const io = { out: (text: string) => void (said += text), err: () => undefined } as unknown as Io
    const names = new NameBook(NOWHERE, networkKeyOf(MOSAIK))
    for (const others of [['a'], ['a', 'b']]) {
      const peers = new Map(
        ['us', ...others].map((name) => {
          const { entry } = mosaikSignedOf(name)
          return [entry.peerId, { entry, self: name === 'us', rtt: null }]
        }),
      )
      const node = { kind: 'mosaik', discovery: { catalog: () => ({ peers }) } } as unknown as OpenNode
      await runNodeCommand({ node, names, words: kindWords('mosaik'), network: 'n' }, 'peers', createPrinter(io, false))
    }
    expect(said).toMatch(/\b1 peer \+ us\n/)
    expect(said).toMatch(/\b2 peers \+ us\n/)
  })
})
