import { peerIdFromString } from '@libp2p/peer-id'
import type { Connection } from '@libp2p/interface'
import { describe, expect, it } from 'vitest'
import { parseDialAddress } from '../../../../../src/shared/dial-address.ts'
import { DialGuard } from '../../../../../src/main/network/libp2p/reach/dial-guard.ts'
import { DialPolicy } from '../../../../../src/main/network/dial-policy.ts'
import { idOf } from '../../../../support/discovery/entries.ts'

const ANN = idOf('ann')
const THIRD = '/ip4/9.9.9.9/tcp/80'

/** A guard with a clock that is moved by hand, and what went past it. */
function guarded() {
  let now = 0
  const opened: string[] = []
  const policy = new DialPolicy({
    parse: parseDialAddress,
    listen: ['/ip4/0.0.0.0/tcp/0'],
    interfaces: () => [{ cidr: '192.168.1.5/24', internal: false }],
    resolve: () => Promise.resolve([]),
    isConnected: () => false,
  })
  const guard = new DialGuard(policy, { monotonic: () => now })
  const dial = async (address: string, peerId: string | null, answers = false): Promise<string> => {
    try {
      await guard.watch(address, peerId, undefined, () => {
        opened.push(address)
        if (!answers) return Promise.reject(new Error('refused'))
        return Promise.resolve({ remotePeer: peerIdFromString(peerId ?? ANN) } as unknown as Connection)
      })
      return 'connected'
    } catch (error) {
      return error instanceof Error ? error.message : ''
    }
  }
  return { guard, policy, dial, opened, pass: (ms: number) => (now += ms) }
}

describe('[AD7] the last look before a TCP connection', () => {
  it('[AD2] opens none to an address that is not dialed, whatever wants it', async () => {
    const { dial, opened } = guarded()
    for (const address of [
      '/ip4/127.0.0.1/tcp/1',
      '/ip6/::ffff:7f00:1/tcp/1',
      '/ip4/0.0.0.0/tcp/1',
      '/unix/%2Ftmp%2Fx',
    ])
      expect(await dial(address, ANN)).toContain('not an address that we dial')
    expect(opened).toEqual([])
  })

  it('has an address rest that did not answer, for all peers', async () => {
    const { dial, opened, pass } = guarded()
    for (let second = 0; second < 120; second += 1) {
      await dial(THIRD, idOf(`ghost ${second % 10}`))
      pass(1000)
    }
    expect(opened.length).toBeLessThanOrEqual(9)
  })

  it('lets the peer through that answers, and what the user gave or insists on', async () => {
    const { dial, policy, guard, opened } = guarded()
    expect(await dial(THIRD, ANN, true)).toBe('connected')
    expect(await dial(THIRD, idOf('ghost'))).toBe('refused')
    expect(await dial(THIRD, idOf('ghost'))).toContain('answered lately')
    expect(await dial(THIRD, ANN, true)).toBe('connected')
    guard.pardon([THIRD], idOf('ghost'))
    expect(await dial(THIRD, idOf('ghost'))).toBe('refused')
    const given = '/ip4/127.0.0.1/tcp/1'
    await policy.choose({ addresses: [given], given: true })
    expect(await dial(given, null)).toBe('refused')
    expect(await dial(given, null)).toBe('refused')
    expect(opened).toHaveLength(6)
  })
})
