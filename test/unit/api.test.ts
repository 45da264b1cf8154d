import { describe, expect, it } from 'vitest'
import { Discovery, PeerscopeError } from '../../src/main/api.ts'

const LISTEN = ['/ip4/127.0.0.1/tcp/0']

describe('the library', () => {
  it('[ID3, HD1] joins with an identity made from text, and leaves at the end of the block', async () => {
    let left: Promise<void>
    {
      await using first = await Discovery.join({ network: 'library', listen: LISTEN, secret: 'my-beacon' })
      left = first.ended
      await using second = await Discovery.join({
        network: 'library',
        listen: LISTEN,
        bootstrap: first.addresses(),
        tags: ['a', 'b'],
      })
      expect(first.networkId).toBe(second.networkId)
      for await (const event of first.events()) if (event.kind === 'PeerDiscovered') break
      expect(first.catalog().peers.get(second.peerId)?.entry.tags).toEqual(['a', 'b'])
    }
    await left
    await using again = await Discovery.join({ network: 'other', listen: LISTEN, secret: 'my-beacon' })
    expect(again.me().entry.peerId).toBe(again.peerId)
  })

  it('refuses what cannot be meant with a typed error', async () => {
    for (const options of [
      { network: 'n', bootstrap: ['example.org:4001'] },
      { network: 'n', listen: ['nowhere'] },
      { network: 'n', config: { announceJitter: 7 } },
    ])
      await expect(Discovery.join(options)).rejects.toBeInstanceOf(PeerscopeError)
  })
})
