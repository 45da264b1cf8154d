import { describe, expect, it } from 'vitest'
import { Discovery, PeerscopeError } from '../../../src/main/api.ts'
import type { JoinOptions } from '../../../src/main/api.ts'

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

  it('refuses wrong options with a typed error', async () => {
    const refused = async (options: Partial<JoinOptions>): Promise<unknown> => {
      const error: unknown = await Discovery.join({ network: 'n', listen: LISTEN, ...options }).catch(
        (thrown: unknown) => thrown,
      )
      expect(error).toBeInstanceOf(PeerscopeError)
      return error
    }
    const [wrong, tooMuch] = [{ code: 'InvalidArgument' }, { code: 'LimitExceeded' }]
    expect(await refused({ network: '' })).toMatchObject(wrong)
    expect(await refused({ bootstrap: ['example.org:4001'] })).toMatchObject(wrong)
    expect(await refused({ listen: ['nowhere'] })).toMatchObject(wrong)
    expect(await refused({ config: { announceJitter: 7 } })).toMatchObject(wrong)
    expect(await refused({ dhtBootstrap: ['nowhere'] })).toMatchObject(wrong)
    expect(await refused({ tags: Array.from({ length: 65 }, (_, index) => `tag-${index}`) })).toMatchObject(tooMuch)
    expect(await refused({ secret: new Uint8Array(3) })).toMatchObject({ code: 'InvalidSecretKey' })
    expect(await refused({ signal: AbortSignal.abort() })).toMatchObject({ code: 'Cancelled' })
  })

  it('tells callers without types which option is wrong', async () => {
    const message = (options: unknown): Promise<string> =>
      Discovery.join(options as JoinOptions).then(
        () => 'joined',
        (error: unknown) => String(error),
      )
    expect(await message(undefined)).toBe('InvalidArgument: join takes an object with options')
    expect(await message({})).toBe('InvalidArgument: the option network is missing or not text')
    expect(await message({ network: 'n', bootstrap: '/ip4/127.0.0.1/tcp/1' })).toContain('the option bootstrap')
    expect(await message({ network: 'n', tags: ['a', 7] })).toContain('the option tags is a list of texts')
  })
})
