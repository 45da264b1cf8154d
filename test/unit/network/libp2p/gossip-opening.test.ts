import type { GossipSub } from '@libp2p/gossipsub'
import type { Connection, PeerId } from '@libp2p/interface'
import { describe, expect, it } from 'vitest'
import { gossipService } from '../../../../src/main/network/libp2p/gossip.ts'
import { openSideBySide } from '../../../../src/main/network/libp2p/gossip-opening.ts'

const peer = (name: string): PeerId => ({ toString: () => name }) as PeerId
const connection = {} as Connection
const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

/** A gossipsub whose streams open when they are told to. */
function setup() {
  const opening: { readonly name: string; readonly done: () => void }[] = []
  const service = {
    createOutboundStream: (peerId: PeerId) =>
      new Promise<void>((resolve) => void opening.push({ name: peerId.toString(), done: resolve })),
  }
  expect(openSideBySide(service as unknown as GossipSub)).toBe(true)
  const open = service.createOutboundStream as unknown as (peerId: PeerId, over: Connection) => Promise<void>
  return { opening, names: () => opening.map(({ name }) => name), open: (name: string) => open(peer(name), connection) }
}

describe('the streams of gossipsub', () => {
  it('open side by side: a peer that says nothing holds up nobody', async () => {
    const { names, open } = setup()
    await open('silent')
    await open('ann')
    await settle()
    expect(names()).toEqual(['silent', 'ann'])
  })

  it('open one after the other to one peer', async () => {
    const { opening, names, open } = setup()
    await open('ann')
    await open('ann')
    await settle()
    expect(names()).toEqual(['ann'])
    opening[0]?.done()
    await settle()
    expect(names()).toEqual(['ann', 'ann'])
  })

  it('are opened by the method of this gossipsub that is taken', () => {
    const made = gossipService(new Set())
    expect(openSideBySide({} as GossipSub)).toBe(false)
    const components = { logger: { forComponent: () => Object.assign(() => undefined, { error: () => undefined }) } }
    expect(openSideBySide(made({ ...components, peerId: peer('us') } as never))).toBe(true)
  })
})
