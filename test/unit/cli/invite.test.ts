import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { networkIdFrom, peerIdOf } from '../../../src/shared/ids.ts'
import { invitedFirst, parseInvitation } from '../../../src/shared/invitation.ts'
import type { Io } from '../../../src/main/cli/io.ts'
import { EXIT, run } from '../../../src/main/cli/run.ts'
import { databasePath } from '../../../src/main/store/data-dir.ts'
import { openStore } from '../../../src/main/store/store.ts'
import { stored } from '../../support/cli-archive.ts'
import { keyOf } from '../../support/networks.ts'

const NOW = 1_750_000_000_000
const SELF = peerIdOf(new Uint8Array(32).fill(1))
const OTHER = peerIdOf(new Uint8Array(32).fill(2))
const ADDRESS = '/ip4/93.184.216.7/tcp/4001'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'peerscope-invite-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

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
    // No folder of whoever runs this is looked at.
    env: { XDG_DATA_HOME: dataDir, APPDATA: dataDir, HOME: dataDir },
    interactive: false,
    stop: new AbortController().signal,
  }
  return { code: await run(argv, io), out, err }
}

const linkIn = (out: string): string => /peerscope:\/\/\S+/.exec(out)?.[0] ?? ''

/** A folder in which `office` was joined: with addresses of our own, and a peer that answered. */
function fill(): void {
  const networkId = networkIdFrom('office')
  const store = openStore({ path: databasePath(dataDir, process.platform), now: () => NOW })
  store.networkJoined({ kind: 'peerscope', id: networkId, name: 'office', bootstrap: [], tags: [], at: NOW })
  const addresses = ['/ip4/127.0.0.1/tcp/4001', '/ip4/192.168.1.5/tcp/4001', ADDRESS]
  store.append(keyOf(networkId), NOW, { kind: 'NetworkJoined', peerId: SELF, networkId, addresses })
  const place = { seenAt: NOW, failures: 0, presentMs: 0, departed: false }
  store.setSetting(`contacts:${networkId}`, [
    { peerId: OTHER, addresses: ['/ip4/93.184.217.9/tcp/1'], connected: true, ...place },
    {
      peerId: peerIdOf(new Uint8Array(32).fill(3)),
      addresses: ['/ip4/93.184.217.10/tcp/1'],
      connected: false,
      ...place,
    },
  ])
  store.close()
}

describe('peerscope invite', () => {
  it('names what is given, in a link that can be read and a command that does the same', async () => {
    const { code, out } = await runWith('invite', '--network', "it's ours", '--bootstrap', ADDRESS)
    expect(code).toBe(EXIT.ok)
    expect(parseInvitation(linkIn(out))).toEqual({ network: "it's ours", bootstrap: [ADDRESS] })
    const typed = /peerscope node --invite '([^']*)'$/m.exec(out)?.[1]
    expect(parseInvitation(typed ?? '')).toEqual({ network: "it's ours", bootstrap: [ADDRESS] })
  })

  it('takes the network that was joined last, our own addresses and those of peers that answered', async () => {
    fill()
    const { code, out } = await runWith('invite', '--data', dataDir, '--json')
    expect(code).toBe(EXIT.ok)
    expect(JSON.parse(out)).toMatchObject({
      event: 'invitation',
      network: 'office',
      bootstrap: [
        `${ADDRESS}/p2p/${SELF}`,
        `/ip4/93.184.217.9/tcp/1/p2p/${OTHER}`,
        `/ip4/192.168.1.5/tcp/4001/p2p/${SELF}`,
      ],
    })
  })

  it('names a peer that went silent only where there is no other', async () => {
    fill()
    const networkId = networkIdFrom('office')
    const named = async (): Promise<readonly string[]> => {
      const { out } = await runWith('invite', '--data', dataDir, '--json')
      return (JSON.parse(out) as { bootstrap: string[] }).bootstrap.filter((address) => !address.endsWith(SELF))
    }
    const changed = (change: (store: ReturnType<typeof openStore>) => void): void => {
      const store = openStore({ path: databasePath(dataDir, process.platform), now: () => NOW })
      change(store)
      store.close()
    }
    const silent = { peerId: OTHER, state: 'purged', departureReason: 'purged' } as const
    changed((store) => store.putPeer(keyOf(networkId), stored('silent', NOW, silent)))
    expect((await named()).map((address) => address.split('/p2p/')[1])).toEqual([OTHER])
    const last = {
      peerId: peerIdOf(new Uint8Array(32).fill(4)),
      seenAt: NOW,
      connected: true,
      failures: 0,
      departed: false,
    }
    changed((store) => {
      const before = store.getSetting(`contacts:${networkId}`) as object[]
      // That one was here for longer.
      const lasting = before.map((one) => ({ ...one, presentMs: 3_600_000 }))
      const address = '/ip4/93.184.217.11/tcp/1'
      store.setSetting(`contacts:${networkId}`, [...lasting, { ...last, addresses: [address], presentMs: 0 }])
    })
    expect((await named()).map((address) => address.split('/p2p/')[1])).toEqual([last.peerId])
  })

  it('is the name alone where nothing is known, and says so', async () => {
    const { code, out, err } = await runWith('invite', '--network', 'office')
    expect(code).toBe(EXIT.ok)
    expect(parseInvitation(linkIn(out))).toEqual({ network: 'office', bootstrap: [] })
    expect(err).toMatch(/No address is known/)
  })

  it('says when it works on this machine only', async () => {
    const invite = (address: string) => runWith('invite', '--network', 'office', '--bootstrap', address)
    expect((await invite('/ip4/127.0.0.1/tcp/4001')).err).toMatch(/works on this machine only/)
    expect((await invite('/ip4/192.168.1.5/tcp/4001')).err).toBe('')
  })

  it.each([
    [['invite', '--network', 'office', '--bootstrap', 'example.org:1']],
    [['node', '--invite', 'https://example.org/']],
    [['node', '--network', 'one', '--invite', 'peerscope://join?network=two']],
    [['crawl', '--bootstrap', ADDRESS]],
    [['node']],
  ])('%j is a mistake of usage', async (argv) => {
    const { code, err } = await runWith(...argv)
    expect(code).toBe(EXIT.usage)
    expect(err).not.toBe('')
  })
})

describe('addresses for others', () => {
  it('are public ones first, and those of this machine only where there are no others', () => {
    const local = '/ip4/127.0.0.1/tcp/1'
    const relayed = `/ip4/93.184.217.9/tcp/1/p2p/${OTHER}/p2p-circuit`
    expect(invitedFirst([local, '/ip4/10.0.0.1/tcp/1', relayed, ADDRESS])).toEqual([
      ADDRESS,
      relayed,
      '/ip4/10.0.0.1/tcp/1',
    ])
    expect(invitedFirst([local])).toEqual([local])
    expect(invitedFirst([])).toEqual([])
    expect(invitedFirst(Array.from({ length: 40 }, (_, port) => `/ip4/93.184.217.9/tcp/${port}`))).toHaveLength(16)
  })
})
